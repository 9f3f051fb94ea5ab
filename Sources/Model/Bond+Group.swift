extension Bond {
  /// The bond as what it is to operators and to policy: a group of its name, held by its ports.
  public var group: Group {
    let members = tiers.enumerated().flatMap { place, ports in
      ports.map { Member(.port($0), tier: place + 1) }
    }
    return Group(
      name: groupName, holding: .bond(self), members: members, judge: judge, failback: failback,
      damping: damping)
  }

  /// What is asked of the kernel.
  /// - Parameter holder: who is to carry, where one does; nil: whom the kernel takes.
  public func wanted(holder: InterfaceName?) -> WantedBond {
    var options = BondOptions()
    options[.mode] = .number(mode.number)
    let interval = carrierInterval ?? .zero
    options[.carrierInterval] = .number(UInt32(interval.nanoseconds / 1_000_000))
    if mode.hasOneActive {
      // Each port keeps its own address, as Wi-Fi must; who carries gives it to the bond, and says so
      // three times, for hosts have to learn it anew.
      options[.failOverMAC] = .number(1)
      options[.peerNotices] = .number(3)
    }
    for (option, value) in self.options.all { options[option] = value }
    let holder = mode.hasOneActive ? holder : nil
    // The kernel is to agree: it chooses alone once Siaga is dead, and whenever a carrier changes.
    return WantedBond(
      name: name, options: options, mtu: mtu, ports: tiers.flatMap { $0 }, active: holder,
      primary: holder)
  }
}
