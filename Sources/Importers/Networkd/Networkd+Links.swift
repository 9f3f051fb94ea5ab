import Model

/// What a file gives an interface.
extension Networkd {
  mutating func add(_ unit: NetworkdFiles.Unit, for interface: String) {
    let settings = unit.settings("Network")
    let head = unit.settings("Match").values("Name").first?.place ?? unit.place
    if let unmanaged = unit.settings("Link").value("Unmanaged"), isOn(unmanaged) {
      return leave(unit, "networkd leaves \(interface.printable) alone")
    }
    report.bind(unit.placesOfLink, to: head)
    var link = LinuxNetwork.Link(interface: interface, place: head)
    link.addresses = addresses(of: unit)
    link.resolvers = settings.values("DNS").flatMap { resolvers(in: $0) }
    link.routes = leases(of: unit) + gateways(of: unit) + routes(of: unit)
    if let bond = settings.value("Bond") { port(interface, of: bond, settings) }
    if let masquerade = settings.value("IPMasquerade") { addMasquerade(masquerade) }
    for section in unit.sections where section.name == "RoutingPolicyRule" { addRule(section) }
    network.links.append(link)
  }

  func isOn(_ setting: UnitFile.Setting) -> Bool { LinuxWords.isOn(setting.value) ?? false }

  private mutating func addresses(
    of unit: NetworkdFiles.Unit
  ) -> [LinuxNetwork.Told<InterfaceAddress>] {
    let own = unit.sections.filter { $0.name == "Address" }.compactMap {
      $0.settings.value("Address")
    }
    return (unit.settings("Network").values("Address") + own).compactMap { setting in
      switch LinuxWords.address(setting.value) {
      case .success(let address):
        return LinuxNetwork.Told(value: address, place: setting.place)
      case .failure(let complaint):
        report.amend(setting.place, .left(complaint.sentence))
        return nil
      }
    }
  }

  /// `192.0.2.1`, `192.0.2.1:53%eth0#name`, several in a line.
  private mutating func resolvers(
    in setting: UnitFile.Setting
  ) -> [LinuxNetwork.Told<IPAddress>] {
    setting.value.split(whereSeparator: \.isWhitespace).compactMap { word in
      var text = String(word.prefix { $0 != "#" && $0 != "%" })
      if text.hasPrefix("[") { text = String(text.dropFirst().prefix { $0 != "]" }) }
      if IPAddress(text) == nil { text = String(text.prefix { $0 != ":" }) }
      switch LinuxWords.host(text) {
      case .success(let address):
        return LinuxNetwork.Told(value: address, place: setting.place)
      case .failure(let complaint):
        report.amend(setting.place, .left(complaint.sentence))
        return nil
      }
    }
  }

  private mutating func port(
    _ interface: String, of bond: UnitFile.Setting, _ settings: [UnitFile.Setting]
  ) {
    guard let index = netdevs.firstIndex(where: { $0.name == bond.value && $0.kind == "bond" })
    else {
      return report.amend(bond.place, .left("no .netdev file makes bond `\(bond.value.printable)`"))
    }
    let isPrimary = settings.value("PrimarySlave").map { isOn($0) } ?? false
    netdevs[index].ports.append(
      Netdev.Port(interface: interface, isPrimary: isPrimary, place: bond.place))
  }

  private mutating func addMasquerade(_ setting: UnitFile.Setting) {
    let families: [Family]
    switch setting.value {
    case "both": families = Family.allCases
    case "ipv6": families = [.ipv6]
    case "ipv4": families = [.ipv4]
    default:
      families = isOn(setting) ? [.ipv4] : []
      if LinuxWords.isOn(setting.value) == nil {
        report.amend(setting.place, .left("it takes ipv4, ipv6, both or no"))
      }
    }
    for family in families { network.masquerades[family].append(setting.place) }
  }
}
