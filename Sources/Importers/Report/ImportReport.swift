/// What became of each statement of the sources. Nothing is left unsaid, and no value that may be a
/// secret is repeated.
public struct ImportReport: Equatable, Sendable {
  public enum Fate: Hashable, Sendable {
    case carried
    case differs(String)  // carried, but this is not the same
    case left(String)  // not carried, because
  }

  public struct Entry: Equatable, Sendable {
    public let place: SourcePlace
    public let statement: String  // `/ip/route add gateway`, without values
    public var fate: Fate
  }

  public private(set) var entries: [Entry] = []
  private var places: [SourcePlace: Int] = [:]
  private var details: [SourcePlace: [SourcePlace]] = [:]

  public init() {}

  /// What is said twice of one statement: the worst of it stands, and what differs is added up.
  public mutating func note(_ place: SourcePlace, _ statement: String, _ fate: Fate) {
    guard let known = places[place] else {
      places[place] = entries.count
      entries.append(Entry(place: place, statement: statement, fate: fate))
      return
    }
    entries[known].fate = entries[known].fate.with(fate)
    guard case .left = fate, let bound = details.removeValue(forKey: place) else { return }
    for detail in bound { note(detail, statement, fate) }
  }

  /// Lines that say more of what another one says: they are left where that is left.
  public mutating func bind(_ places: [SourcePlace], to head: SourcePlace) {
    details[head, default: []] += places.filter { $0 != head }
  }

  /// Of a statement that is known already.
  public mutating func amend(_ place: SourcePlace, _ fate: Fate) {
    note(place, "", fate)
  }

  public func isNoted(_ place: SourcePlace) -> Bool { places[place] != nil }

  /// In the order of the sources.
  public var sorted: [Entry] {
    entries.enumerated().sorted {
      ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
    }.map(\.element)
  }

  /// Whether anything of use came out.
  public var hasCarried: Bool {
    entries.contains { if case .left = $0.fate { false } else { true } }
  }
}

extension ImportReport.Fate {
  fileprivate func with(_ other: Self) -> Self {
    switch (self, other) {
    case (.carried, _): other
    case (_, .carried): self
    case (.differs(let first), .differs(let second)):
      first.contains(second) ? self : .differs("\(first); \(second)")
    case (.left, .differs), (.left, .left): self
    case (.differs, .left): other
    }
  }
}
