/// Which tracked flows of a family to end: those marked with a link (mask 0: with any or none), all
/// or only some of them.
public struct FlowFilter: Hashable, Sendable {
  public enum Scope: Hashable, Sendable {
    case all  // the link is dead: nothing of it can live on
    case translated  // the link lives: what came in by it, or is bound to its address, stays
    case unanswered  // nobody translated it, and nobody has answered it
  }

  public let mark: UInt32
  public let mask: UInt32
  public let family: Family
  public let scope: Scope
  public let share: FlowShare?  // nil: whosever they are

  public init(
    mark: UInt32, mask: UInt32, family: Family, scope: Scope, share: FlowShare? = nil
  ) {
    self.mark = mark
    self.mask = mask
    self.family = family
    self.scope = scope
    self.share = share
  }
}

extension FlowFilter {
  /// The same flows in fewer filters, for each costs the kernel a walk through all it tracks: two
  /// whose marks differ in one bit are one that does not look at this bit.
  public static func joined(_ filters: [FlowFilter]) -> [FlowFilter] {
    let each = filters.reduce(into: [FlowFilter]()) { if !$0.contains($1) { $0.append($1) } }
    return (0..<UInt32.bitWidth).reduce(each) { filters, place in
      let bit = UInt32(1) << UInt32(place)
      var joined: [FlowFilter] = []
      var partners: [FlowFilter: Int] = [:]  // without the bit in their marks
      for filter in filters {
        let partner = filter.with(mark: filter.mark & ~bit, mask: filter.mask)
        if filter.mask & bit != 0, let place = partners.removeValue(forKey: partner) {
          joined[place] = filter.with(mark: filter.mark & ~bit, mask: filter.mask & ~bit)
        } else {
          partners[partner] = joined.count
          joined.append(filter)
        }
      }
      return joined
    }
  }

  /// One that finds all of these filters' flows, which are of one family, and maybe others.
  public static func covering(_ filters: [FlowFilter]) -> FlowFilter? {
    guard let first = filters.first else { return nil }
    let mask = filters.reduce(first.mask) { $0 & $1.mask & ~($1.mark ^ first.mark) }
    let scope = filters.allSatisfy { $0.scope == first.scope } ? first.scope : .all
    return FlowFilter(mark: first.mark & mask, mask: mask, family: first.family, scope: scope)
  }

  private func with(mark: UInt32, mask: UInt32) -> FlowFilter {
    FlowFilter(mark: mark, mask: mask, family: family, scope: scope, share: share)
  }
}

/// The flows of one group among those of a link that has others' flows too: what its table gets,
/// between what goes to those that are asked before it and after it.
///
/// The kernel remembers a flow's addresses, protocol and ports. By which interface it came in and
/// which mark its packets had before ours, it does not; a flow that only these would tell from one
/// of the others is left alone.
public struct FlowShare: Hashable, Sendable {
  public let taken: [Selector]
  public let earlier: [Selector]
  public let later: [Selector]

  public init(taken: [Selector], earlier: [Selector], later: [Selector]) {
    self.taken = taken
    self.earlier = earlier
    self.later = later
  }

  /// - Parameter flow: names all that the kernel knows of a flow, as its packets look when their
  ///   way is looked up.
  public func includes(_ flow: Selector) -> Bool {
    let mayFit = { (selectors: [Selector]) in selectors.contains { $0.overlaps(flow) } }
    guard mayFit(taken), !mayFit(earlier) else { return false }
    return taken.contains { $0.contains(flow) } || !mayFit(later)
  }
}

extension Group {
  /// Which packets get their way from this group's table.
  public var traffic: [Selector] {
    guard let destination = holding.route else { return [] }
    return (match?.selectors ?? [.all]).compactMap { $0.limited(to: destination) }
  }
}

extension Selector {
  /// nil: no packet fits both.
  fileprivate func limited(to destination: Prefix) -> Selector? {
    if let to {
      if destination.contains(to) { return self }
      guard to.contains(destination) else { return nil }
    }
    var limited = self
    limited.to = destination
    return limited
  }
}
