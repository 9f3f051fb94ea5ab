import Model

/// Default routes that nobody wrote down: DHCP clients, dialed connections and modems add them.
extension RouterOS {
  mutating func addDynamicWays() {
    for item in items["/ip/dhcp-client"] { addClient(item, .ipv4) }
    for item in items["/ipv6/dhcp-client"] { addClient(item, .ipv6) }
    for menu in Self.dialed {
      for item in items["/interface/\(menu)"] { addDialed(item, menu) }
    }
    addModems()
  }

  private mutating func addClient(_ item: ConsoleItems.Item, _ family: Family) {
    // Version 6 makes clients disabled, version 7 does not.
    let isDisabled = item.isOn("disabled", otherwise: version == 6)
    guard !isDisabled else { return leave(item, "it is disabled") }
    guard let interface = item["interface"] else { return leave(item, "it names no interface") }
    ports[interface, default: Port()].items.append(item)
    ports[interface]?.isDynamic[family] = true
    item.shortComment.map { ports[interface]?.comments.append($0) }
    if version == nil, item["disabled"] == nil {
      differ(item, "it is taken for enabled, as version 7 does; version 6 would need `disabled=no`")
    }
    if let script = item.word("script"), !script.text.isEmpty {
      differ(item, "its script is not read")
    }
    if item["default-route-tables"] != nil {
      differ(item, "its default route is taken to be in the main table alone")
    }
    let adds = item["add-default-route"].map { $0 != "no" } ?? (family == .ipv4)
    if adds { addWay(item, interface, family, otherwise: 1) }
  }

  private mutating func addDialed(_ item: ConsoleItems.Item, _ menu: String) {
    guard let name = item["name"] else { return leave(item, "it has no name") }
    guard !item.isOn("disabled", otherwise: true) else {
      return leave(item, "it is disabled (a connection is, unless `disabled=no` is said)")
    }
    if item.isOn("add-default-route", otherwise: menu == "ppp-client") {
      addWay(item, name, .ipv4, otherwise: 1)
    }
  }

  private mutating func addModems() {
    let profiles = items["/interface/lte/apn"]
    var modems = items["/interface/lte"]
    if modems.isEmpty, let profile = profiles.first {
      differ(profile, "the modem is taken to be `lte1`, as no line names it")
      modems = [profile]
    }
    for modem in modems where !modem.isOn("disabled") {
      let ownName = modem.menu == "/interface/lte" ? modem["name"] ?? modem["default-name"] : nil
      let name = ownName ?? "lte1"
      let profile =
        profiles.first { $0["name"] != nil && $0["name"] == modem["apn-profiles"] }
        ?? profiles.first { $0.isOn("default") || $0["name"] == "default" }
      if ownName == nil {
        ports[name, default: Port()].items.append(modem)
        ports[name]?.isDynamic.ipv4 = true
      }
      if let profile, profile.place != modem.place { ports[name]?.items.append(profile) }
      let adds = (modem["add-default-route"] ?? profile?["add-default-route"]) != "no"
      if adds { addWay(modem, name, .ipv4, otherwise: 2, profile) }
    }
  }

  private mutating func addWay(
    _ item: ConsoleItems.Item, _ interface: String, _ family: Family, otherwise usual: Int,
    _ profile: ConsoleItems.Item? = nil
  ) {
    let text = item["default-route-distance"] ?? profile?["default-route-distance"]
    let distance = text.map { Int($0) } ?? usual
    guard let distance, (0...255).contains(distance) else {
      return leave(item, "`default-route-distance` is no number from 1 to 255")
    }
    let kinds: [String: CheckKind] = ["ping": .ping, "arp": .arp, "bfd": .ping]
    let check = item["check-gateway"].flatMap { kinds[$0] }
    carry(item)
    leading.insert(interface)
    intent.ways.append(
      Intent.Way(
        destination: .everything(family), interface: linuxName(interface), gateway: nil,
        distance: max(distance, 1), question: check.map { Self.question($0, .gateway) },
        place: item.place))
  }
}
