import Model

/// Hosts with addresses of an uplink's, as the file gives them.
struct LANDraft: SectionDraft {
  var interface: Placed<InterfaceName>?
  var prefixes: Placed<[Placed<Prefix>]>?

  static let section = Section<LANDraft>(
    "lan",
    "Hosts inside with addresses of this uplink's: they are told whether to begin from them. An "
      + "uplink carries while it holds a group of `default6`, can be used and is not down. While it "
      + "does not, and another one without `nat6` does, the prefix is deprecated there by router "
      + "advertisements: hosts begin nothing new from it. Once it carries again, the prefix is "
      + "preferred again; while none carries, all stays as it was. Whoever advertises the prefix on "
      + "this machine (radvd, dnsmasq, systemd-networkd) goes on as before.",
    chapter: "uplinks.NAME.lan",
    [
      Key(
        "interface", \.interface, .interface, .required, "The interface to these hosts."),
      Key(
        "prefix", \.prefixes, Form<Prefix>.hostPrefix.oneOrList(atMost: 8), .required,
        "The network that these hosts have of this uplink's provider, as it is advertised there."),
    ])
}

extension LANDraft {
  init(_ lan: LAN) {
    interface = Placed(lan.interface)
    prefixes = Placed(lan.prefixes.map { Placed($0) })
  }

  /// Nil when a field is broken, of which the findings already tell.
  var lan: LAN? {
    guard let interface, let prefixes else { return nil }
    return LAN(interface: interface.value, prefixes: prefixes.value.map(\.value))
  }
}

extension Form<Prefix> {
  /// A network of IPv6 that hosts can have addresses in.
  fileprivate static let hostPrefix = Form.scalar(
    .text(
      "a network such as `2001:db8:a:1::/64`",
      pattern: "^[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f.]{0,15}){2,8}/[0-9]{1,3}$"),
    write: \.description
  ) { text in
    wholeNetwork(text).flatMap { prefix in
      guard prefix.family == .ipv6 else {
        return .wrong("is about IPv6, and \(text.shown) is an IPv4 network")
      }
      guard prefix.length > 0, !prefix.address.isLinkLocal, prefix.address.bytes[0] != 0xff else {
        return .wrong("cannot be \(text.shown): no provider gives it")
      }
      return .value(prefix)
    }
  }
}
