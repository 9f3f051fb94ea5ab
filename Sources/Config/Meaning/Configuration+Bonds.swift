import Model

extension Configuration {
  /// The same with what bonds lead to by themselves told as of any links: such a bond is an uplink of
  /// its own name, and groups `default` and `default6` hold the default routes, the first in the
  /// file before the others.
  public func withWaysOfBonds() -> Configuration {
    let leading = bonds.filter(\.leadsItself)
    guard !leading.isEmpty else { return self }
    var whole = self
    whole.bonds = bonds.map { $0.leadsItself ? $0.withoutWays : $0 }
    whole.uplinks += leading.map(\.uplink)
    for prefix in [Prefix.defaultV4, .defaultV6] {
      let members = leading.filter { $0.leads(prefix.family) }.enumerated().map { place, bond in
        Member(.uplink(bond.uplink.name), tier: place + 1)
      }
      guard !members.isEmpty else { continue }
      whole.groups.append(
        Group(name: Self.nameOfWay(prefix.family), holding: .route(prefix), members: members))
    }
    return whole
  }

  static func nameOfWay(_ family: Family) -> GroupName {
    switch family {
    case .ipv4: "default"
    case .ipv6: "default6"
    }
  }
}

extension Bond {
  /// Nobody else says where it leads.
  var leadsItself: Bool { !gateways.isEmpty || findsGateways }

  func leads(_ family: Family) -> Bool {
    guard gateways.allSatisfy({ $0.family != family }) else { return true }
    return findsGateways
      && Uplink.mayCarry(
        family, addresses: addresses, gateways: gateways, findsGateways: findsGateways)
  }

  fileprivate var uplink: Uplink {
    Uplink(
      name: UplinkName(name.text), interface: name, addresses: addresses, gateways: gateways,
      findsGateways: findsGateways, resolvers: resolvers)
  }

  fileprivate var withoutWays: Bond {
    Bond(
      name: name, members: members, primary: primary, mode: mode, mtu: mtu,
      carrierInterval: carrierInterval, options: options, judge: judge, failback: failback,
      damping: damping)
  }
}
