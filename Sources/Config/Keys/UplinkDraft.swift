import Model

/// A way to the Internet, as the file gives it.
struct UplinkDraft: SectionDraft {
  var interface: Placed<InterfaceName>?
  var addresses: Placed<[Placed<InterfaceAddress>]>?
  var gateways: Placed<[Placed<IPAddress>]>?
  var nat: Placed<NAT>?

  static let mostAddresses = 16

  static let section = Section<UplinkDraft>(
    "uplink", "A way to the Internet, or to any network: an interface, and where it leads.",
    later: ["budget", "check", "dns", "lan", "mac", "mss", "nat6", "priority", "weight"],
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
        "gateway", \.gateways, Form.address(later: ["auto"]).oneOrList(atMost: 2),
        .means([], "none: packets go straight to the interface"),
        "The next router, inside one of the uplink's networks when `address` is given. "
          + "Point-to-point links need none."),
      Key(
        "nat", \.nat, .nat, .default(.none),
        "What becomes of the source address of packets that leave here: the interface's own, "
          + "unchanged, or the one given."),
    ])
}

extension UplinkDraft {
  init(_ uplink: Uplink) {
    interface = Placed(uplink.interface)
    addresses = Placed(uplink.addresses.map { Placed($0) })
    gateways = Placed(uplink.gateways.map { Placed($0) })
    nat = Placed(uplink.nat)
  }
}
