import Config
import Model

/// A rule of somebody's that takes packets before our rules see them.
public struct Rival: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case first(GroupName)  // it leads all that the group holds elsewhere
    case marks(MarkSpace)  // it goes by a mark that we set on packets
  }

  public let rule: Rule
  public let kind: Kind

  public init(rule: Rule, kind: Kind) {
    self.rule = rule
    self.kind = kind
  }

  public var sentence: String {
    let line = "`ip \(rule.family == .ipv6 ? "-6 " : "")rule del \(rule.text)`"
    let last = Ours.rulePriorities.upperBound
    return switch kind {
    case .first(let group):
      "somebody's rule comes before ours and leads what \(group) should hold to table "
        + "\(rule.table), which has a default route; if that is not meant, \(line), or add it "
        + "again with a priority above \(last)"
    case .marks(let marks):
      "somebody's rule goes by mark bits that are ours (\(Selector.Mark.bits(marks))); set "
        + "`marks:` in the configuration to bits that nobody uses, or \(line)"
    }
  }
}

extension Engine {
  /// Only what is sure: a rule for some traffic may well be meant so, and one that leads to a
  /// table without a default route takes nothing of ours.
  var foundRivals: [Rival] {
    observed.earlierRules
      .filter { $0.suppressPrefixLength == nil && !Ours.tables.contains($0.table) }
      .sorted().compactMap { rule in
        if goesByOurMarks(rule) { return Rival(rule: rule, kind: .marks(configuration.marks)) }
        return groupLed(by: rule).map { Rival(rule: rule, kind: .first($0)) }
      }
  }

  private func groupLed(by rule: Rule) -> GroupName? {
    guard hasDefault(rule.table, rule.family) else { return nil }
    return configuration.groups.first { group in
      guard case .route(let prefix) = group.holding, prefix.family == rule.family else {
        return false
      }
      return (group.match?.selectors ?? [.all]).allSatisfy { rule.selector.contains($0) }
    }?.name
  }

  /// Linux drops IPv4 routes without a word when their link goes down.
  private func hasDefault(_ table: UInt32, _ family: Family) -> Bool {
    observed.foreignDefaults.contains { route in
      route.table == table && route.destination.family == family
        && route.hops.contains { observed.links[$0.interface]?.isUp == true }
    }
  }

  private func goesByOurMarks(_ rule: Rule) -> Bool {
    guard let mark = rule.selector.mark, mark.mask & configuration.marks.mask != 0 else {
      return false
    }
    return memory.slots.uplinks.values.contains { slot in
      (mark.value ^ configuration.marks.mark(slot)) & mark.mask & configuration.marks.mask == 0
    }
  }
}

extension Rule {
  /// As `ip rule` takes it.
  fileprivate var text: String {
    "priority \(priority) \(selector.text) lookup \(table == Ours.mainTable ? "main" : "\(table)")"
  }
}

extension Selector.Mark {
  fileprivate static func bits(_ marks: MarkSpace) -> String {
    "0x" + String(marks.mask, radix: 16)
  }
}

extension KernelState.Delta {
  /// Whether it may bring a rival, or take one away.
  var isOfRivals: Bool {
    switch self {
    case .rule(let rule), .ruleGone(let rule): rule.isForeignAndEarlier
    case .link, .linkGone, .foreignDefault, .foreignDefaultGone: true
    case .address, .addressGone, .route, .routeGone, .table, .leased, .sysctl, .firewall:
      false
    }
  }
}
