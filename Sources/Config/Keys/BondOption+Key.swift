import Model

/// A bond's settings as keys, under the kernel's own names: what its documents and `ip link` call them.
extension BondDraft {
  /// Those that the kernel alone acts on. What Siaga decides (`mode`, `miimon`, `failback`) has keys of
  /// its own.
  static let options: [BondOption] = [
    .upDelay, .downDelay, .usesCarrier, .arpInterval, .arpTargets, .neighborTargets, .arpValidate,
    .arpAllTargets, .arpMissedMost, .failOverMAC, .transmitHash, .lacpRate, .lacpActive,
    .aggregatorSelect, .minimumLinks, .actorPriority, .actorSystem, .userPortKey, .peerNotices,
    .peerNoticeDelay, .resendIGMP, .allPortsActive, .learningInterval, .packetsPerPort,
    .dynamicTransmit,
  ]

  static let optionKeys = options.map { option in
    Key<BondDraft>(
      option.name, \.[option], Form.value(of: option).optional,
      .means(nil, option.usual), option.doc)
  }

  /// Nil while what the file says of it is broken.
  subscript(option: BondOption) -> Placed<BondOptions.Value?>? {
    get { given[option] }
    set { given[option] = newValue }
  }
}

extension BondOption {
  fileprivate var usual: String {
    switch self {
    case .failOverMAC: "`active` in mode `active-backup`"
    case .peerNotices: "3 in mode `active-backup`"
    default: "as the kernel has it"
    }
  }

  fileprivate var doc: String {
    switch self {
    case .upDelay:
      "How long a carrier must be there before the kernel uses the port; whole `miimon`s."
    case .downDelay:
      "How long a carrier must be lost before the kernel leaves the port; whole `miimon`s."
    case .usesCarrier: "Whether the kernel asks the driver for the carrier, or the card itself."
    case .arpInterval:
      "The kernel watches by ARP instead of by carrier, so often. Siaga's `check` does it better: it "
        + "judges each port by itself."
    case .arpTargets: "Whom the kernel asks by ARP."
    case .neighborTargets: "Whom the kernel asks by neighbour discovery."
    case .arpValidate: "Whose ARP the kernel believes."
    case .arpAllTargets: "Whether one of the targets is enough, or all must answer."
    case .arpMissedMost: "How many answers may be missing."
    case .failOverMAC:
      "Whose hardware address the bond has: with `active` that of the port that carries, as Wi-Fi needs "
        + "it; with `none` all have one, and cannot be asked by `arp`."
    case .transmitHash: "By what the kernel tells flows apart where several ports carry."
    case .lacpRate: "How often the partner is to speak: each 30 s, or each second."
    case .lacpActive: "Whether the kernel speaks LACP unasked."
    case .aggregatorSelect: "Which of several partners is taken."
    case .minimumLinks: "How many ports must carry, or the bond has no carrier."
    case .actorPriority: "This machine's priority in LACP."
    case .actorSystem: "This machine's address in LACP."
    case .userPortKey: "The upper bits of the ports' key in LACP."
    case .peerNotices: "How often the bond's addresses are announced after a failover."
    case .peerNoticeDelay: "The time between these announcements; whole `miimon`s."
    case .resendIGMP: "How often multicast groups are joined again after a failover."
    case .allPortsActive: "What becomes of packets that come by a port that does not carry."
    case .learningInterval:
      "How often switches are told where a host is, in balanced modes; whole seconds."
    case .packetsPerPort:
      "How many packets in a row go by one port in mode `balance-rr`; 0 draws lots."
    case .dynamicTransmit: "Whether flows are moved by load in mode `balance-tlb`."
    case .mode, .carrierInterval, .primaryReselect: ""
    }
  }
}
