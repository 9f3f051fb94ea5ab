import Model

/// Which interface a file is for: only a name tells.
extension Networkd {
  /// For each interface that is named anywhere the first file that fits it counts.
  mutating func addNetworks(_ units: [NetworkdFiles.Unit]) {
    let patterns = units.map { names(of: $0) }
    var known: [String] = []
    var seen: Set<String> = []
    for pattern in patterns.joined() where pattern.glob.isLiteral && !pattern.isNegated {
      if seen.insert(pattern.text).inserted { known.append(pattern.text) }
    }
    for netdev in netdevs where seen.insert(netdev.name).inserted { known.append(netdev.name) }
    // Fewer than this have a choice of ways; more are no machine's.
    known = Array(known.prefix(1_000))
    var taken: [String: String] = [:]
    for (unit, patterns) in zip(units, patterns) {
      guard isMatched(unit, patterns) else { continue }
      let fitting = known.filter { patterns.fit($0) }
      for name in fitting where taken[name] == nil { add(unit, for: name) }
      let isNew = fitting.contains { taken[$0] == nil }
      if !isNew { leave(unit, fitting, taken) }
      for name in fitting where taken[name] == nil { taken[name] = unit.name }
    }
  }

  private func names(of unit: NetworkdFiles.Unit) -> [NamePattern] {
    unit.settings("Match").values("Name").flatMap { setting in
      let isNegated = setting.value.hasPrefix("!")
      return setting.value.drop { $0 == "!" }.split(whereSeparator: \.isWhitespace).prefix(64).map {
        NamePattern(text: String($0), isNegated: isNegated)
      }
    }
  }

  /// False: no name tells which interface is meant, and that is told.
  private mutating func isMatched(_ unit: NetworkdFiles.Unit, _ names: [NamePattern]) -> Bool {
    let others = unit.settings("Match").filter { $0.name != "Name" }
    guard !names.isEmpty else {
      leave(
        unit,
        others.isEmpty
          ? "no [Match] says which interface it is for"
          : "Siaga tells an interface by its name; add `Name=` to [Match]")
      return false
    }
    return true
  }

  private mutating func leave(
    _ unit: NetworkdFiles.Unit, _ fitting: [String], _ taken: [String: String]
  ) {
    let why =
      fitting.first.map {
        "\($0.printable) is \((taken[$0] ?? "").printable)'s, which comes first; another interface "
          + "must be named, by `Name=`"
      }
      ?? "its pattern may be any interface; name the one that is meant: `Name=eth0`"
    leave(unit, why)
  }

  mutating func leave(_ unit: NetworkdFiles.Unit, _ why: String) {
    for place in unit.places { report.amend(place, .left(why)) }
  }
}

/// A word of `Name=`.
struct NamePattern {
  let text: String
  let glob: Glob
  let isNegated: Bool

  init(text: String, isNegated: Bool) {
    self.text = text
    self.isNegated = isNegated
    glob = Glob(text)
  }
}

extension [NamePattern] {
  /// None of those with `!`, and one of the others if there are any.
  fileprivate func fit(_ name: String) -> Bool {
    if contains(where: { $0.isNegated && $0.glob.matches(name) }) { return false }
    let positive = filter { !$0.isNegated }
    return positive.isEmpty || positive.contains { $0.glob.matches(name) }
  }
}
