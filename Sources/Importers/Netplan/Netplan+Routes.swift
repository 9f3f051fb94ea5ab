import Model

/// Ways: by DHCP and advertisements, by `gateway4`, and by `routes`.
extension Netplan {
  func leases(of device: NetplanDevice) -> [LinuxNetwork.Route] {
    var routes: [LinuxNetwork.Route] = []
    if let dhcp = device.node["dhcp4"], dhcp.isOn {
      routes += lease(.ipv4, ["dhcp4-overrides"], device, at: dhcp.place)
    }
    // A router alone tells of gateways, whatever DHCPv6 tells.
    let advertised = device.node["accept-ra"]
    if let told = advertised ?? device.node["dhcp6"], told.isOn {
      routes += lease(.ipv6, ["ra-overrides", "dhcp6-overrides"], device, at: told.place)
    }
    return routes
  }

  private func lease(
    _ family: Family, _ overrides: [String], _ device: NetplanDevice, at place: SourcePlace
  ) -> [LinuxNetwork.Route] {
    let overrides = overrides.compactMap { device.node[$0] }
    if overrides.contains(where: { $0["use-routes"].map { !$0.isOn } ?? false }) { return [] }
    let metric = overrides.lazy.compactMap { $0["route-metric"]?.text }
      .compactMap { LinuxWords.metric($0) }.first
    return [
      LinuxNetwork.Route(
        destination: .everything(family), hop: .learned,
        metric: metric ?? device.learnedMetric(family), table: Intent.main, place: place)
    ]
  }

  mutating func gateways(of device: NetplanDevice) -> [LinuxNetwork.Route] {
    var routes: [LinuxNetwork.Route] = []
    for (key, family) in [("gateway4", Family.ipv4), ("gateway6", .ipv6)] {
      guard let node = device.node[key], let gateway = read(node, LinuxWords.host) else { continue }
      guard gateway.value.family == family else {
        report.amend(node.place, .left("this is no \(family.name) address"))
        continue
      }
      routes.append(
        LinuxNetwork.Route(
          destination: .everything(family), hop: .address(gateway.value),
          metric: device.staticMetric(family), table: Intent.main, place: node.place))
    }
    return routes
  }

  mutating func routes(of device: NetplanDevice) -> [LinuxNetwork.Route] {
    let table = device.section == "vrfs" ? device.node["table"]?.text : nil
    return (device.node["routes"]?.elements ?? []).compactMap { route($0, device, table) }
  }

  private mutating func route(
    _ node: NetplanNode, _ device: NetplanDevice, _ usualTable: String?
  ) -> LinuxNetwork.Route? {
    report.bind(node.places, to: node.place)
    var hop = LinuxNetwork.Hop.none
    var family: Family?
    if let via = node["via"] {
      guard let gateway = read(via, LinuxWords.host) else {
        report.amend(node.place, .left("its gateway cannot be read"))
        return nil
      }
      hop = .address(gateway.value)
      family = gateway.value.family
    }
    let text = node["to"]?.text ?? ""
    let read =
      text == "default" ? Prefix.everything(family ?? .ipv4) : LinuxWords.destination(text)
    guard let destination = read, family == nil || family == destination.family else {
      report.amend(node.place, .left("`to` is no network of its gateway's family"))
      return nil
    }
    guard let table = LinuxWords.table(node["table"]?.text ?? usualTable ?? "main") else {
      report.amend(node.place, .left("there is no such table"))
      return nil
    }
    let usual = device.staticMetric(destination.family)
    var metric = usual
    if let told = node["metric"] {
      if let number = told.text.flatMap({ LinuxWords.metric($0) }) {
        metric = number
      } else {
        report.amend(told.place, .differs("`metric` is no number; \(usual) is taken"))
      }
    }
    return LinuxNetwork.Route(
      destination: destination, hop: hop, metric: metric, table: table,
      kind: kind(node["type"]?.text), isOnLink: node["on-link"]?.isOn ?? false, place: node.place)
  }

  private func kind(_ text: String?) -> LinuxNetwork.Kind {
    switch text {
    case nil, "unicast": .unicast
    case "unreachable", "prohibit": .unreachable
    case "blackhole": .blackhole
    case let other?: .other(other)
    }
  }

  mutating func addRule(_ node: NetplanNode) {
    report.bind(node.places, to: node.place)
    let known: Set = ["from", "to", "table", "priority", "mark"]
    if let other = node.entries.first(where: { !known.contains($0.key) }) {
      return report.amend(
        node.place, .left("Siaga cannot tell traffic by `\(other.key.printable)`"))
    }
    let words = LinuxRuleWords(
      from: node["from"]?.text, to: node["to"]?.text, mark: node["mark"]?.text,
      table: node["table"]?.text, priority: node["priority"]?.text)
    switch words.rule(at: node.place) {
    case .success(let rule): network.rules.append(rule)
    case .failure(let complaint): report.amend(node.place, .left(complaint.sentence))
    }
  }
}
