/// A policy rule: which packets look into which table.
public struct Rule: Hashable, Sendable {
  public var priority: UInt32
  public var family: Family
  public var selector: Selector
  public var table: UInt32
  public var suppressPrefixLength: Int?
  public var origin: UInt8  // FRA_PROTOCOL

  public init(
    priority: UInt32, family: Family, selector: Selector, table: UInt32,
    suppressPrefixLength: Int? = nil, origin: UInt8 = Ours.origin
  ) {
    self.priority = priority
    self.family = family
    self.selector = selector
    self.table = table
    self.suppressPrefixLength = suppressPrefixLength
    self.origin = origin
  }

  public var isOurs: Bool { origin == Ours.origin }

  /// Ours; or where ours are, where somebody's same rule stands in for ours while it is there; or
  /// before them, where it may take what is ours.
  public var concernsUs: Bool {
    isOurs || Ours.rulePriorities.contains(priority) || isForeignAndEarlier
  }

  /// Somebody's, asked before ours; the kernel's own, of this machine's addresses, is nobody's.
  public var isForeignAndEarlier: Bool {
    !isOurs && priority < Ours.rulePriorities.lowerBound && table != Ours.localTable
  }

  public func isSame(as other: Rule) -> Bool {
    var other = other
    other.origin = origin
    return self == other
  }
}

extension Rule: Comparable {
  public static func < (left: Rule, right: Rule) -> Bool {
    left.sortKey < right.sortKey
  }

  /// Everything, so that no two rules are left to the order of a set.
  private var sortKey: (Family, UInt32, String, UInt32, Int, UInt8) {
    (family, priority, selector.text, table, suppressPrefixLength ?? -1, origin)
  }
}
