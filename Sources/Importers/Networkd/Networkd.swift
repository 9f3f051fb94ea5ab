import Config
import Model

/// systemd-networkd: `.network` files say which interface has what, `.netdev` files what is made.
/// A lower metric goes before; nothing asks whether a link works (systemd.network(5)).
struct Networkd {
  var report = ImportReport()
  var network = LinuxNetwork()
  var netdevs: [Netdev] = []
  private(set) var intent = Intent()

  init(_ files: [SourceFile]) {
    let found = NetworkdFiles(files)
    for (file, why) in found.replaced { leave(file, why) }
    for (place, why) in found.mistakes { report.note(place, "a line", .left(why)) }
    for unit in found.units { note(unit) }
    for unit in found.units where unit.name.hasSuffix(".netdev") { addNetdev(unit) }
    let networks = found.units.filter { $0.name.hasSuffix(".network") }
    addNetworks(networks)
    addBonds()
    intent = network.intent(&report)
    intent.unasked = [
      "networkd asks nobody whether a link works; to have the gateways asked: "
        + "`check: { ping: gateway }`"
    ]
    intent.opening = [
      "From systemd-networkd. What this file sets, networkd should set no longer: addresses and "
        + "gateways."
    ]
    if !intent.ways.contains(where: { $0.destination.family == .ipv6 }) {
      intent.opening.append(
        "Of IPv6 no route was named; what routers advertise stays with the system.")
    }
  }

  private mutating func leave(_ file: UnitFile, _ why: String) {
    if file.sections.isEmpty {
      report.note(SourcePlace(file: file.source.name, line: 1), "the file", .left(why))
    }
    for section in file.sections {
      for place in [section.place] + section.settings.flatMap({ [$0.place] + $0.more }) {
        report.note(place, "[\(section.name.printable)]", .left(why))
      }
    }
  }

  /// Each setting is carried until something else is said of it.
  private mutating func note(_ unit: NetworkdFiles.Unit) {
    for section in unit.sections {
      let title = "[\(section.name.printable)]"
      let known = Self.known(section.name, in: unit.name)
      report.note(
        section.place, title, known == nil ? .left("nothing of it concerns failover") : .carried)
      for setting in section.settings {
        let fate: ImportReport.Fate
        switch known {
        case nil: fate = .left("it belongs to \(title)")
        case let keys? where keys.contains(setting.name): fate = .carried
        case _? where section.name == "Match":
          fate = .differs("Siaga tells an interface by its name alone")
        case _?:
          fate = .left(
            (section.name == "Network" ? Self.reasons[setting.name] : nil)
              ?? "Siaga has nothing like it, or does not need it")
        }
        for place in [setting.place] + setting.more {
          report.note(place, "\(title) \(setting.name.printable)", fate)
        }
        report.bind(setting.more, to: setting.place)
      }
    }
    noteReplaced(unit)
  }

  /// What a later line takes back, or says again.
  private mutating func noteReplaced(_ unit: NetworkdFiles.Unit) {
    var scopes = unit.sections.filter { Self.repeated.contains($0.name) }.map(\.settings)
    let others = Dictionary(
      grouping: unit.sections.filter { !Self.repeated.contains($0.name) }, by: \.name)
    scopes += others.values.map { $0.flatMap(\.settings) }
    for settings in scopes {
      for (name, same) in Dictionary(grouping: settings, by: \.name) where same.count > 1 {
        let kept =
          Self.lists.contains(name)
          ? same.lastIndex { $0.value.isEmpty } ?? 0 : same.count - 1
        for setting in same[..<kept] {
          let word = same[kept].value.isEmpty ? "takes it back" : "says it anew"
          report.amend(setting.place, .left("\(same[kept].place) \(word)"))
        }
      }
    }
  }

  /// Sections of which each is one thing.
  static let repeated: Set = ["Address", "Route", "RoutingPolicyRule", "NextHop", "WireGuardPeer"]

  private static let lists: Set = [
    "Name", "Address", "Gateway", "DNS", "VLAN", "Bridge", "From", "To", "ARPIPTargets",
  ]

  /// nil: nothing of such a section is looked at.
  private static func known(_ section: String, in file: String) -> Set<String>? {
    file.hasSuffix(".netdev")
      ? netdevKeys[section] : file.hasSuffix(".network") ? networkKeys[section] : nil
  }

  /// Why what concerns failover is not carried.
  private static let reasons = [
    "ConfigureWithoutCarrier": "Siaga takes no way by a link without carrier",
    "IgnoreCarrierLoss": "Siaga leaves a link as soon as its carrier is lost",
    "ActiveSlave": "which port is active follows from `primary` and from what works",
    "Bridge": "it is a port of a bridge; let the system go on making that",
    "VLAN": "let the system go on making the VLAN; Siaga may use it",
    "IPForward": forwarding, "IPv4Forwarding": forwarding, "IPv6Forwarding": forwarding,
  ]

  private static let forwarding =
    "Siaga turns forwarding on where an uplink has `nat`; else the system's setting stays"

  private static let netdevKeys: [String: Set<String>] = [
    "NetDev": ["Name", "Kind", "MTUBytes"],
    "Bond": Set(BondOption.allCases.compactMap(\.networkdKey)),
  ]

  private static let lease: Set = ["RouteMetric", "UseRoutes", "UseGateway", "RouteTable"]

  private static let networkKeys: [String: Set<String>] = [
    "Match": ["Name"],
    "Network": [
      "Address", "Gateway", "DNS", "DHCP", "IPv6AcceptRA", "IPv6AcceptRouterAdvertisements", "Bond",
      "PrimarySlave", "IPMasquerade", "DefaultRouteOnDevice",
    ],
    "Address": ["Address"],
    "Route": [
      "Gateway", "Destination", "Metric", "Table", "Type", "GatewayOnLink", "GatewayOnlink",
    ],
    "RoutingPolicyRule": [
      "From", "To", "Table", "FirewallMark", "IncomingInterface", "SourcePort", "DestinationPort",
      "IPProtocol", "Priority", "Family", "SuppressPrefixLength",
    ],
    "DHCP": lease, "DHCPv4": lease, "IPv6AcceptRA": lease,
  ]
}

extension NetworkdFiles.Unit {
  /// Of all sections of a name, as if they were one.
  func settings(_ names: String...) -> [UnitFile.Setting] {
    sections.filter { names.contains($0.name) }.flatMap(\.settings)
  }

  /// Lines that are of use only where the link is; others speak of more than it.
  var placesOfLink: [SourcePlace] {
    sections.filter { $0.name != "RoutingPolicyRule" }.flatMap { section in
      [section.place]
        + section.settings.filter { !["IPMasquerade", "Bond"].contains($0.name) }.flatMap {
          [$0.place] + $0.more
        }
    }
  }

  /// Each line that says something.
  var places: [SourcePlace] {
    sections.flatMap { [$0.place] + $0.settings.flatMap { [$0.place] + $0.more } }
  }
}
