import Model

/// Several ports as one link, as the file gives it.
struct BondDraft: SectionDraft {
  var members: Placed<[Placed<InterfaceName>]>?
  var primary: Placed<InterfaceName?>?
  var mode: Placed<Bond.Mode>?
  var addresses: Placed<[Placed<InterfaceAddress>]>?
  var gateways: Placed<[Placed<GatewayUse>]>?
  var resolvers: Placed<[Placed<IPAddress>]>?
  var mtu: Placed<Int?>?
  var carrierInterval: Placed<Duration?>?
  var judges: Placed<[Placed<CheckUse>]>?  // none: being usable is enough
  var failback: Placed<Failback?>?
  var reselect: Placed<Bond.Reselect?>?
  var damping: Placed<DampingUse?>?
  var given: [BondOption: Placed<BondOptions.Value?>] = [:]

  static let longestName = 15  // of an interface
  static let mostMembers = 16
  static let carrierIntervals = Duration.milliseconds(10)...(.seconds(10))

  static let section = Section<BondDraft>(
    "bond",
    "Several ports as one link with one address, under the name of its interface. It is a group of "
      + "that name: the primary is the first tier, the other members are the second; in modes that "
      + "share, all are one tier. A member is set down and its addresses are removed before it "
      + "joins. One with a `gateway` is an uplink of its own name, and holds groups `default` and "
      + "`default6`.",
    chapter: "bonds.NAME",
    [
      Key(
        "members", \.members, Form.interface.oneOrList(atMost: mostMembers), .required,
        "The interfaces in it. An interface is in one bond, and then no uplink's."),
      Key(
        "primary", \.primary, Form.interface.optional,
        .means(nil, "none: whoever holds it goes on"),
        "The member that goes before the others, in mode `active-backup`."),
      Key(
        "mode", \.mode, .words(), .default(.activeBackup),
        "How the kernel uses the members: one after the other, or several at once."),
      Key(
        "address", \.addresses, Form.interfaceAddress.oneOrList(atMost: UplinkDraft.mostAddresses),
        .means([], "the system sets it"), "The bond's own addresses, as an uplink's."),
      Key(
        "gateway", \.gateways, Form<GatewayUse>.gateway.oneOrList(atMost: 3), .means([], "none"),
        "The next router, as an uplink's. Leave it out where the bond is an uplink's `interface`: "
          + "then that has it."),
      Key(
        "dns", \.resolvers, Form.address.oneOrList(atMost: UplinkDraft.mostResolvers),
        .means([], "none"),
        "The resolvers that are asked by it."),
      Key(
        "mtu", \.mtu, Form<Int>.number(68...65_535).optional, .means(nil, "as the kernel has it"),
        "The largest packet, in bytes, of the bond and of its members."),
      Key(
        "miimon", \.carrierInterval, Form.duration(carrierIntervals).optional,
        .means(nil, "\(Bond.usualCarrierInterval.text), or none beside `arp_interval`"),
        "How often the kernel looks at each member's carrier. Siaga hears of a lost one at once, and "
          + "does not wait for that."),
      Key(
        "check", \.judges, .judges, .means([], "none: being usable is enough"),
        "Who says whether a member is healthy, as a group's. A member has no address of its own, so it "
          + "is asked by `arp` (of IPv4, in mode `active-backup`), or by a program or a file."),
      Key(
        "failback", \.failback, Form.failback.optional,
        .means(nil, "`auto`, or as `primary_reselect` has it"),
        "When the primary gets it back, as a group's."),
      Key(
        "primary_reselect", \.reselect, Form.words().optional, .means(nil, "as `failback` has it"),
        "The kernel's words for that: `always` is `failback: auto`, `failure` is `manual`."),
      Key(
        "damping", \.damping, Form.damping.optional, .means(nil, "as at the top level"),
        "What holds back a member that goes and comes, as a group's."),
    ] + optionKeys)
}

extension BondDraft {
  init(_ bond: Bond) {
    members = Placed(bond.members.map { Placed($0) })
    primary = Placed(bond.primary)
    mode = Placed(bond.mode)
    addresses = Placed(bond.addresses.map { Placed($0) })
    gateways = Placed(
      bond.gateways.map { Placed(.address($0)) } + (bond.findsGateways ? [Placed(.auto)] : []))
    resolvers = Placed(bond.resolvers.map { Placed($0) })
    mtu = Placed(bond.mtu)
    carrierInterval = Placed(bond.carrierInterval)
    reselect = Placed(nil)
    for option in Self.options { given[option] = Placed(bond.options[option]) }
    judges = Placed(bond.judge?.uses ?? [])
    failback = Placed(bond.failback)
    damping = Placed(DampingUse(bond.damping))
  }
}
