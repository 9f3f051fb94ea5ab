/// Several ports as one link with one address. It is a group of its name too: the primary is its
/// first tier and the others its second, or all are one tier where they share.
public struct Bond: Hashable, Sendable {
  public let name: InterfaceName
  public let members: [InterfaceName]  // file order, each once
  public let primary: InterfaceName?  // nil: none goes before the others
  public let mode: Mode
  public let addresses: [InterfaceAddress]  // empty: the system sets them
  public let gateways: [IPAddress]  // at most one of each family
  public let findsGateways: Bool  // of the families without one
  public let resolvers: [IPAddress]
  public let mtu: Int?  // nil: as the kernel has it
  public let carrierInterval: Duration?  // how often the kernel looks at carriers; nil: never
  public let options: BondOptions  // further ones; others are left to the kernel
  public let judge: Judge?  // nil: being usable is enough
  public let failback: Failback
  public let damping: Damping?  // nil: off

  /// As the kernel calls them (linux/if_bonding.h).
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case activeBackup = "active-backup"
    case balanceRoundRobin = "balance-rr"
    case balanceXOR = "balance-xor"
    case broadcast
    case lacp = "802.3ad"
    case balanceTransmit = "balance-tlb"
    case balanceAll = "balance-alb"

    public var hasOneActive: Bool { self == .activeBackup }
  }

  /// As the kernel says when the primary gets it back (`primary_reselect`). Its `better` goes by speed,
  /// which nobody else compares: an order is told by `primary`.
  public enum Reselect: String, Hashable, Sendable, CaseIterable {
    case always, failure

    /// The nearest: whatever waits is never.
    public init(_ failback: Failback) { self = failback == .auto ? .always : .failure }

    public var failback: Failback { self == .always ? .auto : .manual }
  }

  public static let usualCarrierInterval = Duration.milliseconds(100)

  public init(
    name: InterfaceName, members: [InterfaceName], primary: InterfaceName? = nil,
    mode: Mode = .activeBackup, addresses: [InterfaceAddress] = [], gateways: [IPAddress] = [],
    findsGateways: Bool = false, resolvers: [IPAddress] = [],
    mtu: Int? = nil,
    carrierInterval: Duration? = usualCarrierInterval, options: BondOptions = BondOptions(),
    judge: Judge? = nil, failback: Failback = .auto, damping: Damping? = .standard
  ) {
    self.name = name
    self.members = members
    self.primary = primary
    self.mode = mode
    self.addresses = addresses
    self.gateways = gateways
    self.findsGateways = findsGateways
    self.resolvers = resolvers
    self.mtu = mtu
    self.carrierInterval = carrierInterval
    self.options = options
    self.judge = judge
    self.failback = failback
    self.damping = damping
  }

  public var groupName: GroupName { GroupName(name.text) }

  /// Who holds it, the best first.
  public var tiers: [[InterfaceName]] {
    guard mode.hasOneActive, let primary else { return [members] }
    return [[primary], members.filter { $0 != primary }].filter { !$0.isEmpty }
  }
}
