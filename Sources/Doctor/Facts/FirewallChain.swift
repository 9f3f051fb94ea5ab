/// A chain of nftables as far as it may be in our way; iptables makes such ones too.
public struct FirewallChain: Equatable, Sendable {
  public var family: String  // inet, ip, ip6 …
  public var table: String
  public var name: String
  public var hook: String?  // nil: others jump to it
  public var priority: Int
  public var drops: Bool  // by policy
  public var rules: [FirewallRule] = []

  public init(
    family: String, table: String, name: String, hook: String? = nil, priority: Int = 0,
    drops: Bool = false, rules: [FirewallRule] = []
  ) {
    self.family = family
    self.table = table
    self.name = name
    self.hook = hook
    self.priority = priority
    self.drops = drops
    self.rules = rules
  }

  public var isOurs: Bool { family == "inet" && table == "siaga" }

  /// As `nft` names it: `ip filter FORWARD`.
  public var text: String { "\(family) \(table) \(name)" }
}

public struct FirewallRule: Equatable, Sendable {
  /// Which packets it is for.
  public enum Reach: Equatable, Sendable {
    case all  // or all that come in by some link
    case answers  // of flows that are known already
    case icmp
    case some  // of certain ports, addresses, or this machine to itself
  }

  public var accepts = false
  public var jumps: [String] = []  // chains of the same table
  public var reach = Reach.all
  public var translates = false  // masquerade, snat
  public var marks: [FirewallMark] = []

  public init() {}
}

/// Bits of a packet's or a flow's mark that a rule writes.
public struct FirewallMark: Equatable, Sendable {
  public var written: UInt32
  public var value: UInt32?  // nil: it depends

  public init(written: UInt32, value: UInt32?) {
    self.written = written
    self.value = value
  }
}

extension [FirewallChain] {
  /// The rules of a chain and of all that it jumps to.
  func reachable(from chain: FirewallChain) -> [FirewallRule] {
    var seen: Set<String> = []
    var rules: [FirewallRule] = []
    var waiting = [chain.name]
    while let name = waiting.popLast() {
      guard seen.insert(name).inserted,
        let next = first(where: {
          $0.name == name && $0.table == chain.table && $0.family == chain.family
        })
      else { continue }
      rules += next.rules
      waiting += next.rules.flatMap(\.jumps)
    }
    return rules
  }
}
