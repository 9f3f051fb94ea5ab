import Model

/// Whether a virtual router goes out to all on the link or to the nodes that are named.
enum Casting: String, CaseIterable, Sendable {
  case multicast, unicast
}

/// Whether packets for the address itself are taken.
enum Acceptance: String, CaseIterable, Sendable {
  case all = "true"
  case none = "false"
}

/// An address that nodes hold between them, as the file gives it.
struct VirtualAddressDraft: SectionDraft {
  var address: Placed<IPAddress>?
  var interface: Placed<InterfaceName>?
  var number: Placed<Int>?
  var interval: Placed<Duration>?
  var version: Placed<VersionUse>?
  var checksum: Placed<VRRPChecksumForm?>?
  var casting: Placed<Casting>?
  var mac: Placed<RouterMAC>?
  var acceptance: Placed<Acceptance>?

  static let most = 255
  static let intervals = Duration.milliseconds(10)...(.seconds(255))

  static let section = Section<VirtualAddressDraft>(
    "address",
    "An address that one of the nodes has. Those with the same `interface`, `vrid` and family are one "
      + "virtual router, whose other keys are the same.",
    chapter: "groups.NAME.addresses",
    later: ["services"],
    [
      Key(
        "address", \.address, .virtualAddress, .required,
        "The address. It is held alone, as a /32 or /128, so that it takes no network along when it "
          + "goes; a length that is written is passed over."),
      Key(
        "interface", \.interface, .interface, .required,
        "The link that it is on. Each node has an address of its own there, to speak from."),
      Key(
        "vrid", \.number, .number(1...255), .required,
        "The virtual router's number on its link. IPv4 and IPv6 count apart."),
      Key(
        "advertise", \.interval, .duration(intervals), .default(.seconds(1)),
        "How often the holder says that it is there. Another takes over after three times that and "
          + "a bit, when nothing tells it earlier. In steps of 10 ms up to 40950 ms; with version 2 in "
          + "whole seconds."),
      Key(
        "version", \.version, .words(), .default(.three),
        "Of VRRP: 3 (RFC 9568), or 2 (RFC 3768) for old routers."),
      Key(
        "checksum", \.checksum, Form<VRRPChecksumForm>.words().optional,
        .means(nil, "`pseudo-header`, until others on the link are heard; then as theirs"),
        "Over what version 3 sums up for IPv4. Routers differ; both are understood."),
      Key(
        "send", \.casting, .words(), .default(.multicast),
        "With `unicast` to the other nodes' `addresses` alone, where the network carries no "
          + "multicast. Anybody who can reach them could claim the address then: see `cluster`."),
      Key(
        "mac", \.mac, .words(), .default(.own),
        "Under which hardware address hosts know it: the holder's `own`, or a `virtual` one that goes "
          + "along with it (00:00:5e:00:01:VRID; of IPv6 -02-). That has an interface of its own, "
          + "`siaga4-VRID` or `siaga6-VRID`, on each node."),
      Key(
        "accept", \.acceptance, .words(), .default(.all),
        "Whether packets for the address itself are taken. With `false` the holder only passes on "
          + "what is for others, and answers who asks where it is."),
    ])
}

enum VersionUse: String, CaseIterable, Sendable {
  case two = "2"
  case three = "3"

  var version: VRRPVersion { self == .two ? .two : .three }
}

extension VirtualAddressDraft {
  static func drafts(_ router: VirtualRouter) -> [Placed<VirtualAddressDraft>] {
    router.addresses.map { address in
      Placed(
        VirtualAddressDraft(
          address: Placed(address), interface: Placed(router.id.interface),
          number: Placed(Int(router.id.number)), interval: Placed(router.interval),
          version: Placed(router.version == .two ? .two : .three),
          checksum: Placed(router.checksum),
          casting: Placed(router.isUnicast ? .unicast : .multicast), mac: Placed(router.mac),
          acceptance: Placed(router.accepts ? .all : .none)))
    }
  }
}

extension Form<IPAddress> {
  /// With or without the length of its network, which is not needed.
  fileprivate static let virtualAddress = Form.scalar(
    .text(
      "an address such as `192.0.2.1` or `2001:db8::1`",
      pattern: "^[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?$"),
    write: \.description
  ) { text in
    if let written = InterfaceAddress(text) {
      return hostAddress("\(written.address)").map { _ in written.address }
    }
    return hostAddress(text)
  }
}
