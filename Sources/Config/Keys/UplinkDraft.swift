import Model

/// A way to the Internet, as the file gives it.
struct UplinkDraft: SectionDraft {
  var interface: Placed<InterfaceName>?
  var addresses: Placed<[Placed<InterfaceAddress>]>?
  var gateways: Placed<[Placed<GatewayUse>]>?
  var nat: Placed<NAT>?
  var nat6: Placed<NAT6>?

  static let mostAddresses = 16

  static let section = Section<UplinkDraft>(
    "uplink", "A way to the Internet, or to any network: an interface, and where it leads.",
    chapter: "uplinks.NAME",
    later: ["budget", "check", "dns", "lan", "mac", "mss", "priority", "weight"],
    [
      Key(
        "interface", \.interface, .interface, .required,
        "The network interface; tunnels, PPP and VLAN interfaces are interfaces too. "
          + "An interface is one uplink's."),
      Key(
        "address", \.addresses, Form.interfaceAddress.oneOrList(atMost: mostAddresses),
        .means([], "the system sets it"),
        "The interface's own addresses, each with the length of its network."),
      Key(
        "gateway", \.gateways, Form<GatewayUse>.gateway.oneOrList(atMost: 3),
        .means([], "none: packets go straight to the interface"),
        "The next router, one of each family, inside one of the uplink's networks when `address` "
          + "is given. Point-to-point links need none. With `auto` it is the one that a default "
          + "route on this interface names, whoever made that: a DHCP client, a router "
          + "advertisement; or the far end of a point-to-point link. The last one known is kept "
          + "as long as the interface has an address in its network."),
      Key(
        "nat", \.nat, .nat, .default(.none),
        "What becomes of the IPv4 source address of packets that leave here: the interface's own, "
          + "unchanged, or the one given."),
      Key(
        "nat6", \.nat6, .nat6, .default(.none),
        "The same for IPv6: the interface's own address, unchanged, or with its first bits "
          + "replaced by this prefix, so that hosts inside keep addresses of their own."),
    ])
}

extension UplinkDraft {
  init(_ uplink: Uplink) {
    interface = Placed(uplink.interface)
    addresses = Placed(uplink.addresses.map { Placed($0) })
    gateways = Placed(
      uplink.gateways.map { Placed(.address($0)) } + (uplink.findsGateways ? [Placed(.auto)] : []))
    nat = Placed(uplink.nat)
    nat6 = Placed(uplink.nat6)
  }
}
