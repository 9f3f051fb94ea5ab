import Model

/// Bonds as the files by which systemd-networkd makes the same, for those who want it to own them.
public struct NetworkdExport: Sendable {
  public struct File: Hashable, Sendable {
    public let name: String
    public let text: String
  }

  public private(set) var files: [File] = []
  public private(set) var left: [String] = []  // what it has no words for, a sentence each

  /// - Parameter configuration: as its file has it.
  public init(_ configuration: Configuration) {
    for bond in configuration.bonds {
      let uplink = configuration.uplinks.first { $0.interface == bond.name }
      addDevice(bond)
      addNetwork(of: bond, uplink)
      for port in bond.members { addPort(port, of: bond) }
      report(bond)
    }
  }

  private mutating func addDevice(_ bond: Bond) {
    var lines: [String] = []
    for (option, value) in bond.wanted(holder: nil).options.all {
      if option == .carrierInterval, value == .number(0) { continue }
      guard let key = option.networkdKey, let text = option.networkdText(of: value) else {
        left.append(
          "\(bond.name): networkd has no word for `\(option.name): \(value.text(of: option))`")
        continue
      }
      lines.append("\(key)=\(text)")
    }
    if bond.primary != nil {
      lines.append("PrimaryReselectPolicy=\(Bond.Reselect(bond.failback).rawValue)")
    }
    add(
      "30-\(bond.name).netdev",
      [
        (
          "NetDev",
          ["Name=\(bond.name)", "Kind=bond"] + (bond.mtu.map { ["MTUBytes=\($0)"] } ?? [])
        ),
        ("Bond", lines),
      ])
  }

  private mutating func addNetwork(of bond: Bond, _ uplink: Uplink?) {
    let addresses = bond.addresses + (uplink?.addresses ?? [])
    let gateways = bond.gateways + (uplink?.gateways ?? [])
    let resolvers = bond.resolvers + (uplink?.resolvers ?? [])
    // Who leaves the address to the system, or finds a gateway, has it from a lease or an advertisement.
    let isLeased = addresses.allSatisfy { $0.family != .ipv4 }
    add(
      "30-\(bond.name).network",
      [
        ("Match", ["Name=\(bond.name)"]),
        (
          "Network",
          (isLeased ? ["DHCP=ipv4"] : []) + addresses.map { "Address=\($0)" }
            + gateways.map { "Gateway=\($0)" } + resolvers.map { "DNS=\($0)" }
        ),
      ])
  }

  private mutating func addPort(_ port: InterfaceName, of bond: Bond) {
    add(
      "30-\(bond.name)-\(port).network",
      [
        ("Match", ["Name=\(port)"]),
        (
          "Network",
          ["Bond=\(bond.name)"] + (bond.primary == port ? ["PrimarySlave=yes"] : [])
        ),
      ])
  }

  private mutating func report(_ bond: Bond) {
    if bond.judge != nil {
      left.append("\(bond.name): its `check`; networkd looks at carriers alone")
    }
    if bond.primary != nil, case .delayed = bond.failback {
      left.append(
        "\(bond.name): its `failback`; networkd gives it back at once or never, and this says never"
      )
    }
    if bond.damping != nil { left.append("\(bond.name): its `damping`") }
  }

  private mutating func add(_ name: String, _ sections: [(name: String, lines: [String])]) {
    let text = sections.map { section in
      (["[\(section.name)]"] + section.lines).joined(separator: "\n") + "\n"
    }
    files.append(File(name: name, text: text.joined(separator: "\n")))
  }
}
