import Model

/// Interfaces, their addresses and lists.
extension RouterOS {
  struct Port {
    var items: [ConsoleItems.Item] = []  // that make it or set it up
    var addresses: [InterfaceAddress] = []
    var isDynamic = PerFamily { _ in false }
    var dials = false
    var isDisabled = false
    var comments: [String] = []  // the best name first
    var remarks: [String] = []
    var nat = NAT.none
    var nat6 = NAT6.none
    var clampsMSS = false
  }

  mutating func readPorts() {
    for menu in Self.linkMenus {
      for item in items["/interface/\(menu)"] {
        guard let name = item["name"] ?? item["default-name"] else { continue }
        let dials = Self.dialed.contains(menu)
        ports[name, default: Port()].items.append(item)
        ports[name]?.dials = dials
        // Connections to be dialed are made disabled, in both versions.
        ports[name]?.isDisabled = item.isOn("disabled", otherwise: dials)
        ports[name]?.isDynamic.ipv4 = dials || menu == "lte"
        item.shortComment.map { ports[name]?.comments.append($0) }
      }
    }
    for member in items["/interface/list/member"] where !member.isOn("disabled") {
      guard let list = member["list"], let interface = member["interface"] else { continue }
      lists[list, default: []].append(interface)
    }
    let included = items["/interface/list"].compactMap { list in
      list["name"].flatMap { name in list["include"].map { (name, $0) } }
    }
    for (name, others) in included {
      for other in others.split(separator: ",") where other != name[...] {
        lists[name, default: []] += (lists[String(other)] ?? []).prefix(1_000)
      }
    }
    for item in items["/interface/list"] + items["/interface/list/member"] { carry(item) }
  }

  mutating func readAddresses() {
    for (menu, family) in [("/ip/address", Family.ipv4), ("/ipv6/address", .ipv6)] {
      for item in items[menu] { readAddress(item, family) }
    }
  }

  private mutating func readAddress(_ item: ConsoleItems.Item, _ family: Family) {
    guard !item.isOn("disabled") else { return leave(item, "it is disabled") }
    guard let interface = item["interface"] else { return leave(item, "it names no interface") }
    if item["from-pool"] != nil || item.isOn("eui-64") {
      return leave(item, "the router makes this address; let the system set it")
    }
    guard let address = item["address"].flatMap({ Self.address($0, item["netmask"]) }),
      address.family == family
    else { return leave(item, "it has no \(family.name) address that can be read") }
    ports[interface, default: Port()].items.append(item)
    item.shortComment.map { ports[interface]?.comments.insert($0, at: 0) }
    networks.add(interface, to: address.network)
    // At a point-to-point link the far end is told apart from the network.
    if address.length == family.bits, let far = item["network"].flatMap({ IPAddress($0) }),
      far != address.address, far.family == family
    {
      networks.add(interface, to: .host(far))
      differ(item, "the far end is in another network, so the system must set this address")
    } else {
      ports[interface]?.addresses.append(address)
    }
  }

  private static func address(_ text: String, _ mask: String?) -> InterfaceAddress? {
    if let address = InterfaceAddress(text) { return address }
    return IPAddress(text).map { address in
      let length =
        mask.flatMap { IPAddress($0)?.maskLength }
        ?? (address.family == .ipv4 ? 32 : 64)
      return InterfaceAddress(address, length: min(length, address.family.bits))
    }
  }

  /// RouterOS' name where Linux takes it, else the nearest that is nobody's yet.
  mutating func linuxName(_ name: String) -> String {
    if let known = linuxNames[name] { return known }
    let isFit =
      InterfaceName(name) != nil
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+@~".contains($0)) }
    var fit = isFit ? name : String(name.asName.prefix(15))
    let stem = String(name.asName.prefix(10))
    while takenNames.contains(fit) || (!isFit && ports[fit] != nil) {
      numbers[stem, default: 1] += 1
      fit = "\(stem)-\(numbers[stem] ?? 0)"
    }
    takenNames.insert(fit)
    linuxNames[name] = fit
    return fit
  }

  /// All that is known of the interfaces that routes lead by.
  mutating func addLinks() {
    let called = leading.compactMap { ports[$0]?.comments.first?.asName }
    let names = Dictionary(grouping: called) { $0 }
    let below = Set(leading.flatMap { ports[$0]?.items.compactMap { $0["interface"] } ?? [] })
    for name in ports.keys.sorted() where !leading.contains(name) {
      let why =
        below.contains(name)
        ? "an uplink stands on \(name.printable); let the system make it"
        : "\(name.printable) leads nowhere that has a choice; let the system set it up"
      for item in ports[name]?.items ?? [] where !report.isNoted(item.place) { leave(item, why) }
    }
    for name in leading.sorted() {
      let port = ports[name] ?? Port()
      let interface = linuxName(name)
      for item in port.items {
        carry(item)
        if interface != name {
          differ(item, "Linux has no such interface name: it is `\(interface)` here")
        }
        if let made = item.whatTheSystemMakes { differ(item, "the system must \(made)") }
      }
      let comment = port.comments.first { names[$0.asName]?.count == 1 }
      for item in port.items { intent.link(interface, at: item.place) { _ in } }
      guard let place = port.items.first?.place else { continue }
      intent.link(interface, at: place) { link in
        link.name = comment
        link.addresses = port.addresses
        link.isDynamic = port.isDynamic
        link.clampsMSS = port.dials
        link.remarks = port.remarks
      }
    }
  }
}

extension ConsoleItems.Item {
  /// A comment that can be a name: a word or two.
  var shortComment: String? {
    guard let text = self["comment"], (1...20).contains(text.count),
      text.split(separator: " ").count <= 2, !text.hasPrefix("defconf"),
      text.contains(where: { $0.isASCII && $0.isLetter })
    else { return nil }
    return text
  }

  /// What this item makes besides what Siaga does; nil: nothing.
  fileprivate var whatTheSystemMakes: String? {
    let menu = self.menu.dropFirst("/interface/".count)
    switch menu {
    case "vlan":
      return "make this VLAN (\(number("vlan-id")) on \((self["interface"] ?? "?").printable))"
    case "bridge", "bonding", "vxlan", "macvlan", "veth", "gre", "gre6", "ipip", "ipipv6", "eoip",
      "6to4", "vrrp":
      return "make this interface"
    case "wireguard": return "make this tunnel"
    case "lte", "wireless", "wifi", "wifiwave2": return "connect this interface"
    default: return RouterOS.dialed.contains(String(menu)) ? "dial this connection" : nil
    }
  }

  private func number(_ name: String) -> String {
    self[name].flatMap { Int($0) }.map { "\($0)" } ?? "?"
  }
}
