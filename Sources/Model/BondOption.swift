/// One of a bond's settings, by its number in rtnetlink (linux/if_link.h, IFLA_BOND_*).
///
/// Which port is active and which goes first are no settings: they change while it runs
/// (`BondReport`).
public enum BondOption: UInt16, Hashable, Comparable, Sendable, CaseIterable {
  case mode = 1
  case carrierInterval = 3
  case upDelay = 4
  case downDelay = 5
  case usesCarrier = 6
  case arpInterval = 7
  case arpTargets = 8
  case arpValidate = 9
  case arpAllTargets = 10
  case primaryReselect = 12
  case failOverMAC = 13
  case transmitHash = 14
  case resendIGMP = 15
  case peerNotices = 16
  case allPortsActive = 17
  case minimumLinks = 18
  case learningInterval = 19
  case packetsPerPort = 20
  case lacpRate = 21
  case aggregatorSelect = 22
  case actorPriority = 24
  case userPortKey = 25
  case actorSystem = 26
  case dynamicTransmit = 27
  case peerNoticeDelay = 28
  case lacpActive = 29
  case arpMissedMost = 30
  case neighborTargets = 31

  /// How its value stands in a message.
  public enum Form: Hashable, Sendable {
    case byte, short, word
    case hardware
    case addresses(Family)
  }

  /// What the kernel asks for before it lets one change.
  public enum Demand: Hashable, Sendable {
    case nothing
    case isDown  // the bond
    case isEmpty  // and down: no port is in it
  }

  public static func < (left: BondOption, right: BondOption) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension BondOption {
  /// The kernel's name, as `/sys/class/net/BOND/bonding` has it.
  public var name: String {
    switch self {
    case .mode: "mode"
    case .carrierInterval: "miimon"
    case .upDelay: "updelay"
    case .downDelay: "downdelay"
    case .usesCarrier: "use_carrier"
    case .arpInterval: "arp_interval"
    case .arpTargets: "arp_ip_target"
    case .arpValidate: "arp_validate"
    case .arpAllTargets: "arp_all_targets"
    case .primaryReselect: "primary_reselect"
    case .failOverMAC: "fail_over_mac"
    case .transmitHash: "xmit_hash_policy"
    case .resendIGMP: "resend_igmp"
    case .peerNotices: "num_peer_notif"
    case .allPortsActive: "all_slaves_active"
    case .minimumLinks: "min_links"
    case .learningInterval: "lp_interval"
    case .packetsPerPort: "packets_per_slave"
    case .lacpRate: "lacp_rate"
    case .aggregatorSelect: "ad_select"
    case .actorPriority: "ad_actor_sys_prio"
    case .userPortKey: "ad_user_port_key"
    case .actorSystem: "ad_actor_system"
    case .dynamicTransmit: "tlb_dynamic_lb"
    case .peerNoticeDelay: "peer_notif_delay"
    case .lacpActive: "lacp_active"
    case .arpMissedMost: "arp_missed_max"
    case .neighborTargets: "ns_ip6_target"
    }
  }

  public var form: Form {
    switch self {
    case .mode, .usesCarrier, .primaryReselect, .failOverMAC, .transmitHash, .peerNotices,
      .allPortsActive, .lacpRate, .aggregatorSelect, .dynamicTransmit, .lacpActive,
      .arpMissedMost:
      .byte
    case .actorPriority, .userPortKey: .short
    case .carrierInterval, .upDelay, .downDelay, .arpInterval, .arpValidate, .arpAllTargets,
      .resendIGMP, .minimumLinks, .learningInterval, .packetsPerPort, .peerNoticeDelay:
      .word
    case .actorSystem: .hardware
    case .arpTargets: .addresses(.ipv4)
    case .neighborTargets: .addresses(.ipv6)
    }
  }

  /// The kernel's words for the numbers 0, 1, 2 …; nil: it is a number.
  public var words: [String]? {
    switch self {
    case .mode:
      [
        "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
        "balance-alb",
      ]
    case .arpValidate:
      ["none", "active", "backup", "all", "filter", "filter_active", "filter_backup"]
    case .arpAllTargets: ["any", "all"]
    case .primaryReselect: ["always", "better", "failure"]
    case .failOverMAC: ["none", "active", "follow"]
    case .transmitHash:
      ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]
    case .lacpRate: ["slow", "fast"]
    case .aggregatorSelect: ["stable", "bandwidth", "count"]
    case .carrierInterval, .upDelay, .downDelay, .usesCarrier, .arpInterval, .arpTargets,
      .resendIGMP, .peerNotices, .allPortsActive, .minimumLinks, .learningInterval,
      .packetsPerPort, .actorPriority, .userPortKey, .actorSystem, .dynamicTransmit,
      .peerNoticeDelay, .lacpActive, .arpMissedMost, .neighborTargets:
      nil
    }
  }

  /// drivers/net/bonding/bond_options.c, BOND_OPTFLAG_*.
  public var demand: Demand {
    switch self {
    case .mode, .failOverMAC: .isEmpty
    case .lacpRate, .lacpActive, .aggregatorSelect, .userPortKey, .dynamicTransmit: .isDown
    case .carrierInterval, .upDelay, .downDelay, .usesCarrier, .arpInterval, .arpTargets,
      .arpValidate, .arpAllTargets, .primaryReselect, .transmitHash, .resendIGMP, .peerNotices,
      .allPortsActive, .minimumLinks, .learningInterval, .packetsPerPort, .actorPriority,
      .actorSystem, .peerNoticeDelay, .arpMissedMost, .neighborTargets:
      .nothing
    }
  }

  /// It is about watching by ARP instead of by carrier.
  public var isOfARP: Bool {
    [.arpInterval, .arpTargets, .arpValidate, .arpAllTargets, .arpMissedMost, .neighborTargets]
      .contains(self)
  }

  /// The modes in which it means anything; in others the kernel refuses it, or forgets it.
  public func concerns(_ mode: Bond.Mode) -> Bool {
    switch self {
    case .packetsPerPort: mode == .balanceRoundRobin
    case .arpInterval, .arpTargets, .arpValidate, .arpAllTargets, .arpMissedMost,
      .neighborTargets:
      ![.lacp, .balanceTransmit, .balanceAll].contains(mode)
    case .lacpRate, .lacpActive, .aggregatorSelect, .actorPriority, .userPortKey, .actorSystem:
      mode == .lacp
    case .dynamicTransmit: mode == .balanceTransmit || mode == .balanceAll
    case .primaryReselect: mode.hasPrimary
    case .failOverMAC: mode == .activeBackup
    case .mode, .carrierInterval, .upDelay, .downDelay, .usesCarrier, .transmitHash,
      .resendIGMP, .peerNotices, .allPortsActive, .minimumLinks, .learningInterval,
      .peerNoticeDelay:
      true
    }
  }
}

extension Bond.Mode {
  /// Among equals the kernel prefers one, if it is told which.
  public var hasPrimary: Bool {
    self == .activeBackup || self == .balanceTransmit || self == .balanceAll
  }

  /// The kernel's number.
  public var number: UInt32 {
    guard let place = BondOption.mode.words?.firstIndex(of: rawValue) else {
      preconditionFailure(rawValue)
    }
    return UInt32(place)
  }
}
