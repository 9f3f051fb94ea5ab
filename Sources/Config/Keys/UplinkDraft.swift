import Model

/// What becomes of TCP's maximum segment size.
enum SegmentSize: String, CaseIterable, Sendable {
  case keep, clamp
}

/// A way to the Internet, as the file gives it.
struct UplinkDraft: SectionDraft {
  var interface: Placed<InterfaceName>?
  var addresses: Placed<[Placed<InterfaceAddress>]>?
  var gateways: Placed<[Placed<GatewayUse>]>?
  var resolvers: Placed<[Placed<IPAddress>]>?
  var nat: Placed<NAT>?
  var nat6: Placed<NAT6>?
  var mss: Placed<SegmentSize>?
  var budget: Placed<ByteBudget?>?
  var judges: Placed<[Placed<CheckUse>]>?  // none: its groups' checks are enough
  var lans: Placed<[Placed<LANDraft>]>?

  static let mostAddresses = 16
  static let mostResolvers = 8

  static let section = Section<UplinkDraft>(
    "uplink", "A way to the Internet, or to any network: an interface, and where it leads.",
    chapter: "uplinks.NAME",
    later: ["mac", "priority", "weight"],
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
          + "route on this interface names, whoever made that; else what a DHCP lease tells, the "
          + "far end of a point-to-point link, or a router that advertises itself there, in that "
          + "order. A router that advertises itself stays until its lifetime ends, whoever else "
          + "speaks up; what was known otherwise is kept as long as the interface has an address "
          + "in its network."),
      Key(
        "dns", \.resolvers, Form.address.oneOrList(atMost: mostResolvers),
        .means([], "those of its DHCP lease"),
        "The resolvers that this link's provider gives: whom checks ask as `resolvers`. A lease is "
          + "read where systemd-networkd or dhclient wrote it down; it tells those of IPv4 alone."),
      Key(
        "nat", \.nat, .nat, .default(.none),
        "What becomes of the IPv4 source address of packets that leave here: the interface's own, "
          + "unchanged, or the one given."),
      Key(
        "nat6", \.nat6, .nat6, .default(.none),
        "The same for IPv6: the interface's own address, unchanged, or with its first bits "
          + "replaced by this prefix, so that hosts inside keep addresses of their own."),
      Key(
        "mss", \.mss, .words(), .default(.keep),
        "With `clamp` forwarded TCP is told of the link's packet size, also where path MTU "
          + "discovery is blocked: what PPPoE and tunnels need. What goes out by the link is always "
          + "told; an answer that comes in by it, while another link holds the default route, may "
          + "keep its size, and then this machine tells hosts inside when they send too much."),
      Key(
        "budget", \.budget, Form.budget.optional, .means(nil, "none"),
        "How much probes may cost on a metered link while it stands by: `10MB/day`. Once the link "
          + "is judged, probing is slowed down to fit; `siaga check` says what detection time that "
          + "buys. As soon as it holds something it is probed as its checks say."),
      Key(
        "check", \.judges, .judges, .means([], "none of its own"),
        "What must be well for this uplink in every group, besides the group's own `check`: its "
          + "modem's signal, say. It is written as a group's; a check that both name runs once. Of a "
          + "family of which it has no target it says nothing."),
      Key(
        "lan", \.lans, LANDraft.section.form.oneOrList(atMost: 8), .means([], "none"),
        "Hosts with IPv6 addresses of this uplink's own: they are told when not to use them. Where "
          + "`nat6` translates, nothing has to be told."),
    ])
}

extension UplinkDraft {
  init(_ uplink: Uplink) {
    interface = Placed(uplink.interface)
    addresses = Placed(uplink.addresses.map { Placed($0) })
    gateways = Placed(
      uplink.gateways.map { Placed(.address($0)) } + (uplink.findsGateways ? [Placed(.auto)] : []))
    resolvers = Placed(uplink.resolvers.map { Placed($0) })
    nat = Placed(uplink.nat)
    nat6 = Placed(uplink.nat6)
    mss = Placed(uplink.clampsMSS ? .clamp : .keep)
    budget = Placed(uplink.budget)
    judges = Placed(uplink.judge?.uses ?? [])
    lans = Placed(uplink.lans.map { Placed(LANDraft($0)) })
  }
}
