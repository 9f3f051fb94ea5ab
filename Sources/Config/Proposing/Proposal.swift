import Model

/// A first file for a machine: its default routes as they are now, in groups.
public struct Proposal: Sendable {
  /// A link that leads out.
  struct Exit: Sendable {
    let name: String
    let link: Link
    let addresses: [HeldAddress]
    var ways: PerFamily<Way?>
  }

  /// Where an exit leads in one family.
  struct Way: Equatable, Sendable {
    let place: Machine.Default.Place
    let gateway: IPAddress?  // as it is now
    /// Whoever tells of the gateway may tell of another tomorrow.
    let mayChange: Bool
  }

  struct Route: Sendable {
    let family: Family
    var tiers: [[(name: String, weight: Int)]]
  }

  let machine: Machine
  private(set) var exits: [Exit] = []
  private(set) var routes: [Route] = []

  /// - Returns: nil when nothing says where out is.
  public init?(_ machine: Machine) {
    self.machine = machine
    for family in Family.allCases {
      var route = Route(family: family, tiers: [])
      for found in machine.defaults(family) {
        let tier = found.route.hops.compactMap { add($0, of: found, family) }
        if !tier.isEmpty { route.tiers.append(tier) }
      }
      routes.append(route)
    }
    for exit in exits { settle(exit) }
    routes.removeAll { $0.tiers.isEmpty }
    if routes.isEmpty { return nil }
  }

  /// - Returns: nil when it is known already, or cannot stand in a file.
  private mutating func add(
    _ hop: NextHop, of found: Machine.Default, _ family: Family
  ) -> (name: String, weight: Int)? {
    guard let link = machine.kernel.links[hop.interface], link.canBeNamed,
      !(link.isPointToPoint && found.place.isElsewhere)
    else { return nil }
    let addresses = machine.addresses(on: link)
    let way = Way(
      place: found.place, gateway: hop.gateway,
      mayChange: found.route.isTold
        || addresses.contains { $0.address.family == family && $0.isLeased })
    if let known = exits.firstIndex(where: { $0.link.index == link.index }) {
      guard exits[known].ways[family] == nil else { return nil }
      exits[known].ways[family] = way
      return (exits[known].name, hop.weight)
    }
    let text = link.name.text
    let name = NameRule.complaint(about: text) == nil ? text : "isp\(exits.count + 1)"
    var exit = Exit(name: name, link: link, addresses: addresses, ways: PerFamily { _ in nil })
    exit.ways[family] = way
    exits.append(exit)
    return (name, hop.weight)
  }

  /// A gateway of one family means that the other one has none there, unless the link says who is
  /// at its far end: a family without a gateway cannot stand beside one with.
  private mutating func settle(_ exit: Exit) {
    let mute = Family.allCases.filter { exit.ways[$0].map { $0.gateway == nil } ?? false }
    guard mute.count == 1, let family = mute.first, !exit.link.isPointToPoint,
      exit.ways[family == .ipv4 ? .ipv6 : .ipv4] != nil
    else { return }
    for index in exits.indices where exits[index].name == exit.name {
      exits[index].ways[family] = nil
    }
    for index in routes.indices where routes[index].family == family {
      routes[index].tiers = routes[index].tiers
        .map { tier in tier.filter { $0.name != exit.name } }.filter { !$0.isEmpty }
    }
  }

  /// Links that may lead out too, though no default route says so: who is at their other end, or
  /// gave them their address, knows.
  var maybes: [Link] {
    machine.kernel.links.values.sorted { $0.index < $1.index }.filter { link in
      let addresses = machine.addresses(on: link)
      return link.isUp && link.canBeNamed && !exits.contains { $0.link.index == link.index }
        && (addresses.contains(where: \.isLeased) || link.isPointToPoint && !addresses.isEmpty)
    }
  }
}

extension Machine.Default.Place {
  var isElsewhere: Bool {
    if case .elsewhere = self { true } else { false }
  }
}

extension Route {
  /// By DHCP, an advertisement or a routing daemon, not by hand (linux/rtnetlink.h, RTPROT_*).
  fileprivate var isTold: Bool {
    let byHand: Set<UInt8> = [0, 2, 3, 4, Ours.origin]  // unspec, kernel, boot, static
    return !byHand.contains(origin)
  }
}

extension Link {
  fileprivate var canBeNamed: Bool {
    var findings = Findings()
    return Form<InterfaceName>.interface.read(.text(name.text), "", &findings) != nil
  }
}
