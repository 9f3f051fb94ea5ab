import Model

/// Ways: by DHCP and advertisements, by `Gateway=`, and by [Route].
extension Networkd {
  /// What networkd gives routes that it learns (systemd.network(5)).
  private static let learnedMetric = 1_024

  func usualMetric(_ family: Family) -> Int {
    family == .ipv4 ? 0 : 1_024  // the kernel's: IPv6 takes 0 for 1024
  }

  mutating func leases(of unit: NetworkdFiles.Unit) -> [LinuxNetwork.Route] {
    let settings = unit.settings("Network")
    let dhcp = settings.value("DHCP")
    let advertised = settings.value("IPv6AcceptRA", "IPv6AcceptRouterAdvertisements")
    var routes: [LinuxNetwork.Route] = []
    var asks = PerFamily { _ in false }
    switch dhcp?.value.lowercased() {
    case "ipv4", "v4": asks.ipv4 = true
    case "ipv6", "v6": asks.ipv6 = true
    case "both": asks = PerFamily { _ in true }
    default:
      let isOn = dhcp.map { self.isOn($0) } ?? false
      if let dhcp, LinuxWords.isOn(dhcp.value) == nil {
        report.amend(dhcp.place, .left("it takes yes, no, ipv4 or ipv6"))
      }
      asks = PerFamily { _ in isOn }
    }
    if let dhcp, asks.ipv4 {
      routes += lease(.ipv4, unit.settings("DHCP", "DHCPv4"), at: dhcp.place)
    }
    // A router alone tells of gateways, whatever DHCPv6 tells.
    if let told = advertised ?? dhcp, advertised.map({ isOn($0) }) ?? asks.ipv6 {
      routes += lease(.ipv6, unit.settings("IPv6AcceptRA"), at: told.place)
    }
    return routes
  }

  private mutating func lease(
    _ family: Family, _ settings: [UnitFile.Setting], at place: SourcePlace
  ) -> [LinuxNetwork.Route] {
    for name in ["UseGateway", "UseRoutes"] {
      guard let setting = settings.value(name), !isOn(setting) else { continue }
      // The gateway is a route; it may be wanted where other routes are not.
      if name == "UseRoutes", let gateway = settings.value("UseGateway"), isOn(gateway) { continue }
      return []
    }
    return [
      LinuxNetwork.Route(
        destination: .everything(family), hop: .learned,
        metric: metric(settings.value("RouteMetric"), Self.learnedMetric),
        table: table(settings.value("RouteTable")) ?? Intent.main, place: place)
    ]
  }

  mutating func gateways(of unit: NetworkdFiles.Unit) -> [LinuxNetwork.Route] {
    let settings = unit.settings("Network")
    var routes: [LinuxNetwork.Route] = settings.values("Gateway").compactMap { setting in
      switch hop(setting) {
      case nil: return nil
      case let (hop, family)?:
        return LinuxNetwork.Route(
          destination: .everything(family), hop: hop, metric: usualMetric(family),
          table: Intent.main, place: setting.place)
      }
    }
    if let setting = settings.value("DefaultRouteOnDevice"), isOn(setting) {
      routes.append(
        LinuxNetwork.Route(
          destination: .defaultV4, hop: .none, metric: 0, table: Intent.main, place: setting.place))
    }
    return routes
  }

  mutating func routes(of unit: NetworkdFiles.Unit) -> [LinuxNetwork.Route] {
    unit.sections.filter { $0.name == "Route" }.compactMap { route($0) }
  }

  private mutating func route(_ section: UnitFile.Section) -> LinuxNetwork.Route? {
    let settings = section.settings
    report.bind(settings.flatMap { [$0.place] + $0.more }, to: section.place)
    var next: (LinuxNetwork.Hop, Family)?
    if let gateway = settings.value("Gateway") {
      guard let found = hop(gateway) else {
        report.amend(section.place, .left("its gateway cannot be read"))
        return nil
      }
      next = found
    }
    var destination = next.map { Prefix.everything($0.1) }
    if let text = settings.value("Destination")?.value {
      let read = text == "default" && next != nil ? destination : LinuxWords.destination(text)
      guard let read, next == nil || read.family == next?.1 else {
        report.amend(section.place, .left("its destination is no network of its gateway's family"))
        return nil
      }
      destination = read
    }
    guard let destination else {
      report.amend(
        section.place,
        .left(
          settings.contains { $0.name == "MultiPathRoute" }
            ? "several ways in one route: write them as one tier, such as `[{ isp1: 3, isp2: 1 }]`"
            : "it has neither `Gateway=` nor `Destination=`"))
      return nil
    }
    guard let table = table(settings.value("Table")) else {
      report.amend(section.place, .left("no table has that name or number"))
      return nil
    }
    return LinuxNetwork.Route(
      destination: destination, hop: next?.0 ?? .none,
      metric: metric(settings.value("Metric"), usualMetric(destination.family)), table: table,
      kind: kind(settings.value("Type")),
      isOnLink: settings.value("GatewayOnLink", "GatewayOnlink").map { isOn($0) } ?? false,
      place: section.place)
  }

  private func kind(_ setting: UnitFile.Setting?) -> LinuxNetwork.Kind {
    switch setting?.value {
    case nil, "unicast": .unicast
    case "unreachable", "prohibit": .unreachable
    case "blackhole": .blackhole
    case let other?: .other(other)
    }
  }

  /// nil: it is none, which is told.
  private mutating func hop(_ setting: UnitFile.Setting) -> (LinuxNetwork.Hop, Family)? {
    switch setting.value {
    case "_dhcp4", "_dhcp": return (.learned, .ipv4)
    case "_ipv6ra": return (.learned, .ipv6)
    default:
      switch LinuxWords.host(setting.value) {
      case .success(let address):
        return (.address(address), address.family)
      case .failure(let complaint):
        report.amend(setting.place, .left(complaint.sentence))
        return nil
      }
    }
  }

  mutating func metric(_ setting: UnitFile.Setting?, _ usual: Int) -> Int {
    guard let setting else { return usual }
    // `high:medium:low` of an advertisement's preferences: most say medium.
    let parts = setting.value.split(separator: ":").map { LinuxWords.metric(String($0)) }
    if parts.count == 3, let medium = parts[1] { return medium }
    if parts.count == 1, let metric = parts[0] { return metric }
    report.amend(setting.place, .left("this is no metric; \(usual) is taken, as where none is"))
    return usual
  }

  /// nil: there is no such table.
  func table(_ setting: UnitFile.Setting?) -> String? {
    setting.map { LinuxWords.table($0.value) } ?? Intent.main
  }
}

// MARK: - Rules

extension Networkd {
  mutating func addRule(_ section: UnitFile.Section) {
    let settings = section.settings
    report.bind(settings.flatMap { [$0.place] + $0.more }, to: section.place)
    let known = Set([
      "From", "To", "Table", "FirewallMark", "IncomingInterface", "SourcePort", "DestinationPort",
      "IPProtocol", "Priority", "Family", "SuppressPrefixLength",
    ])
    if let other = settings.first(where: { !known.contains($0.name) && !$0.value.isEmpty }) {
      return report.amend(
        section.place, .left("Siaga cannot tell traffic by `\(other.name.printable)`"))
    }
    let words = LinuxRuleWords(
      from: settings.value("From")?.value, to: settings.value("To")?.value,
      incoming: settings.value("IncomingInterface")?.value,
      mark: settings.value("FirewallMark")?.value, transport: settings.value("IPProtocol")?.value,
      fromPorts: settings.value("SourcePort")?.value,
      toPorts: settings.value("DestinationPort")?.value,
      table: settings.value("Table")?.value, family: settings.value("Family")?.value,
      priority: settings.value("Priority")?.value,
      skipsDefaults: settings.value("SuppressPrefixLength")?.value == "0")
    switch words.rule(at: section.place) {
    case .success(let rule): network.rules.append(rule)
    case .failure(let complaint): report.amend(section.place, .left(complaint.sentence))
    }
  }
}
