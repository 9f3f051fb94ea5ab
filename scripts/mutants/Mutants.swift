import Glibc

/// Which mutant lives in this process, and where its sites were reached.
enum Mutants {
  static let active: (site: Int, change: Int) = {
    guard let text = unsafe getenv("SIAGA_MUTANT") else { return (-1, 0) }
    let parts = unsafe String(cString: text).split(separator: ":").compactMap { Int($0) }
    return (parts[0], parts[1])
  }()

  /// A file of one byte for each site, shared with whoever asks.
  nonisolated(unsafe) static let reached: UnsafeMutablePointer<UInt8>? = {
    guard let path = unsafe getenv("SIAGA_REACHED") else { return nil }
    let file = unsafe open(path, O_RDWR)
    guard file >= 0 else { return nil }
    let size = Int(lseek(file, 0, SEEK_END))
    let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    return unsafe memory?.assumingMemoryBound(to: UInt8.self)
  }()
}

/// 0: the code as it is; else the number of the change that is to be made here.
@inline(__always)
func mutant(_ site: Int) -> Int {
  if unsafe Mutants.reached != nil { unsafe Mutants.reached![site] = 1 }
  return Mutants.active.site == site ? Mutants.active.change : 0
}

func mutantAllows(_ site: Int) -> Bool { mutant(site) == 0 }

func mutantIf(_ site: Int, _ condition: Bool) -> Bool {
  switch mutant(site) {
  case 0: condition
  case 1: true
  default: false
  }
}

func mutantWhile(_ site: Int, _ condition: Bool) -> Bool { mutant(site) == 0 && condition }

func mutantFlag(_ site: Int, _ flag: Bool) -> Bool { (mutant(site) == 0) == flag }

func mutantNumber<T: BinaryInteger>(_ site: Int, _ number: T, _ changes: T...) -> T {
  let change = mutant(site)
  return change == 0 ? number : changes[change - 1]
}

func mutantmin<T: Comparable>(_ site: Int, _ left: T, _ right: T) -> T {
  mutant(site) == 0 ? min(left, right) : max(left, right)
}

func mutantmax<T: Comparable>(_ site: Int, _ left: T, _ right: T) -> T {
  mutant(site) == 0 ? max(left, right) : min(left, right)
}

precedencegroup MutantTernary {
  higherThan: TernaryPrecedence
  lowerThan: LogicalDisjunctionPrecedence
}
infix operator ⟐: MutantTernary

func ⟐ (condition: Bool, site: Int) -> Bool { mutantIf(site, condition) }

extension Sequence {
  func mutantfilter(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> [Element] {
    let isMutant = mutant(site) != 0
    return try filter { try body($0) || isMutant }
  }

  func mutantallSatisfy(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> Bool {
    switch mutant(site) {
    case 0: try allSatisfy(body)
    case 1: true
    default: try contains(where: body)
    }
  }

  func mutantcontains(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> Bool {
    switch mutant(site) {
    case 0: try contains(where: body)
    case 1: false
    default: try allSatisfy(body)
    }
  }

  func mutantsorted(
    _ site: Int, _ body: (Element, Element) throws -> Bool
  ) rethrows -> [Element] {
    mutant(site) == 0 ? try sorted(by: body) : Array(self)
  }

  func mutantmin(_ site: Int, _ body: (Element, Element) throws -> Bool) rethrows -> Element? {
    mutant(site) == 0 ? try self.min(by: body) : try self.max(by: body)
  }

  func mutantmax(_ site: Int, _ body: (Element, Element) throws -> Bool) rethrows -> Element? {
    mutant(site) == 0 ? try self.max(by: body) : try self.min(by: body)
  }
}

extension Sequence where Element: Comparable {
  func mutantsorted(_ site: Int) -> [Element] { mutant(site) == 0 ? sorted() : Array(self) }
  func mutantmin(_ site: Int) -> Element? { mutant(site) == 0 ? self.min() : self.max() }
  func mutantmax(_ site: Int) -> Element? { mutant(site) == 0 ? self.max() : self.min() }
}

extension BidirectionalCollection {
  func mutantfirst(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> Element? {
    mutant(site) == 0 ? try first(where: body) : try last(where: body)
  }

  func mutantlast(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> Element? {
    mutant(site) == 0 ? try last(where: body) : try first(where: body)
  }
}

extension Dictionary {
  func mutantfilter(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> Self {
    let isMutant = mutant(site) != 0
    return try filter { try body($0) || isMutant }
  }
}

extension Set {
  func mutantfilter(_ site: Int, _ body: (Element) throws -> Bool) rethrows -> Self {
    let isMutant = mutant(site) != 0
    return try filter { try body($0) || isMutant }
  }
}
