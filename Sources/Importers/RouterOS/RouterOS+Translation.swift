import Config
import Model

/// NAT of source addresses, which is an uplink's own here. The first rule that fits counts.
extension RouterOS {
  mutating func addTranslation() {
    let members = lists.mapValues { Set($0) }
    for (menu, family) in [("/ip/firewall/nat", Family.ipv4), ("/ipv6/firewall/nat", .ipv6)] {
      var open = leading.sorted()  // those that no rule has translated yet
      for item in items[menu] { addTranslation(item, family, members, &open) }
    }
    var open = leading.sorted()
    for menu in ["/ip/firewall/mangle", "/ipv6/firewall/mangle"] {
      for item in items[menu] where item["action"] == "change-mss" {
        addClamp(item, members, &open)
      }
    }
  }

  private mutating func addTranslation(
    _ item: ConsoleItems.Item, _ family: Family, _ members: [String: Set<String>],
    _ open: inout [String]
  ) {
    guard !item.isOn("disabled") else { return leave(item, "it is disabled") }
    guard item["chain"] == "srcnat" else {
      return leave(item, "ports that are forwarded are the firewall's business")
    }
    guard let interfaces = interfaces(of: item, among: open, members) else {
      return leave(item, "siaga cannot tell which interfaces it is about")
    }
    let target = item["to-addresses"] ?? item["to-address"]
    let nat: NAT
    let nat6: NAT6
    switch item["action"] {
    case "masquerade": (nat, nat6) = (.masquerade, .masquerade)
    case "src-nat" where family == .ipv4:
      guard let address = target.flatMap({ Prefix(anyway: $0) }), address.length == 32,
        address.address.notUnicast == nil
      else { return leave(item, "`to-addresses` is not one address") }
      (nat, nat6) = (.source(address.address), .none)
    case "netmap", "src-nat":
      guard family == .ipv6, let prefix = target.flatMap({ Prefix(anyway: $0) }),
        prefix.family == .ipv6, (1...127).contains(prefix.length)
      else { return leave(item, "it maps addresses in a manner that siaga has not") }
      (nat, nat6) = (.none, .prefix(prefix))
    default: return leave(item, "it is the firewall's business; keep it in nftables")
    }
    guard !interfaces.isEmpty else {
      return leave(item, "no uplink is among its interfaces that has no translation yet")
    }
    for name in interfaces {
      intent.link(linuxName(name), at: item.place) { link in
        if family == .ipv4 { link.nat = nat } else { link.nat6 = nat6 }
      }
    }
    open.removeAll(where: Set(interfaces).contains)
    carry(item)
    let read: Set = [
      "chain", "action", "out-interface", "out-interface-list", "to-addresses", "to-address",
      "comment", "disabled", "log", "log-prefix",
    ]
    for field in item.fields where !read.contains(field.name) {
      differ(item, "`\(field.name.printable)` is not carried: all that leaves there is translated")
    }
  }

  /// By which packets leave; nil: it is said in a manner that is not known here.
  private func interfaces(
    of item: ConsoleItems.Item, among open: [String], _ members: [String: Set<String>]
  ) -> [String]? {
    if item.word("out-interface") != nil {
      return item["out-interface"].flatMap { name in
        name.hasPrefix("!") ? nil : open.filter { $0 == name }
      }
    }
    guard item.word("out-interface-list") != nil else { return open }
    guard let list = item["out-interface-list"] else { return nil }
    if list == "all" { return open }
    // All but those inside are those that lead out.
    if list.hasPrefix("!") {
      let inside = members[String(list.dropFirst())] ?? []
      return open.filter { !inside.contains($0) }
    }
    return members[list].map { members in open.filter(members.contains) }
  }

  private mutating func addClamp(
    _ item: ConsoleItems.Item, _ members: [String: Set<String>], _ open: inout [String]
  ) {
    guard !item.isOn("disabled") else { return leave(item, "it is disabled") }
    guard item["new-mss"] == "clamp-to-pmtu" else {
      return leave(item, "siaga clamps the segment size to the link's packet size, or leaves it")
    }
    let names = interfaces(of: item, among: open, members) ?? []
    guard !names.isEmpty else {
      return leave(item, "no uplink is among its interfaces that is not clamped yet")
    }
    for name in names {
      intent.link(linuxName(name), at: item.place) { $0.clampsMSS = true }
    }
    open.removeAll(where: Set(names).contains)
    carry(item)
  }
}
