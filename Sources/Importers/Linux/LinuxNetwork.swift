import Config
import Model

/// What systemd-networkd and netplan can both say of links, routes and rules, each with its line.
/// It becomes an `Intent` in one way for both.
struct LinuxNetwork: Sendable {
  var links: [Link] = []  // in the order that counts where metrics do not tell
  var rules: [Rule] = []
  var bonds: [Intent.Bond] = []
  var masquerades = PerFamily { _ in [SourcePlace]() }  // what came in by some link

  struct Told<Value: Sendable>: Sendable {
    let value: Value
    let place: SourcePlace
  }

  struct Link: Sendable {
    let interface: String
    var addresses: [Told<InterfaceAddress>] = []
    var resolvers: [Told<IPAddress>] = []
    var routes: [Route] = []
    var bond: String?  // whose port it is
    let place: SourcePlace  // what says that there is such a link

    /// More of either no file of Siaga's takes.
    static let mostAddresses = 16
    static let mostResolvers = 8
  }

  struct Route: Sendable {
    var destination: Prefix
    var hop: Hop
    var metric: Int
    var table: String
    var kind = Kind.unicast
    var isOnLink = false
    let place: SourcePlace
  }

  enum Hop: Equatable, Sendable {
    case none  // the link itself
    case address(IPAddress)
    case learned  // by DHCP, or from a router's advertisements
  }

  enum Kind: Equatable, Sendable {
    case unicast, unreachable, blackhole
    case other(String)
  }

  struct Rule: Sendable {
    var match: TrafficMatch
    var families: [Family]
    var table: String
    var priority: Int?
    var skipsDefaults = false  // only routes that are better than a default count
    let place: SourcePlace
  }

  /// More of them slow every reader down, and no machine has them.
  private static let mostRoutes = 1_000
  private static let mostRules = 64

  /// What cannot be carried is told in the report.
  consuming func intent(_ report: inout ImportReport) -> Intent {
    for rule in rules.dropFirst(Self.mostRules) {
      report.amend(rule.place, .left("it is rule \(Self.mostRules + 1) or later"))
    }
    rules = Array(rules.prefix(Self.mostRules))
    var intent = Intent()
    intent.equalsShare = false
    intent.bonds = bonds
    let ports = Set(bonds.flatMap(\.ports))
    let own = ownTables
    for link in links {
      if ports.contains(link.interface) {
        leavePort(link, &report)
      } else {
        add(link, own, to: &intent, &report)
      }
    }
    addRules(to: &intent, &report)
    addNAT(to: &intent, &report)
    intent.tellEqualMetrics(&report)
    return intent
  }
}

// MARK: - Links

extension LinuxNetwork {
  private func add(
    _ link: Link, _ own: Set<String>, to intent: inout Intent, _ report: inout ImportReport
  ) {
    intent.link(link.interface, at: link.place) { known in
      for (number, address) in link.addresses.enumerated() {
        if number < Link.mostAddresses {
          known.addresses.append(address.value)
        } else {
          report.amend(address.place, .left("a link has at most \(Link.mostAddresses) addresses"))
        }
      }
      for (number, resolver) in link.resolvers.enumerated() {
        if number < Link.mostResolvers {
          known.resolvers.append(resolver.value)
          report.amend(
            resolver.place,
            .differs(
              "checks may ask it; who resolves for this machine stays the system's choice, unless "
                + "a line says `resolv: true`"))
        } else {
          report.amend(resolver.place, .left("at most \(Link.mostResolvers) resolvers are taken"))
        }
      }
      for route in link.routes where route.hop == .learned {
        known.isDynamic[route.destination.family] = true
      }
    }
    for route in link.routes {
      if own.contains(route.table), route.kind == .unicast {
        report.amend(route.place, .carried)
      } else {
        add(route, by: link, to: &intent, &report)
      }
    }
  }

  private func add(
    _ route: Route, by link: Link, to intent: inout Intent, _ report: inout ImportReport
  ) {
    switch route.kind {
    case .unicast:
      break
    case .unreachable, .blackhole:
      // A last resort of a table; see `lastResort`.
      if route.table == Intent.main || route.destination.length > 0 {
        report.amend(
          route.place, .left("it leads nowhere; Siaga's routes lead by links, so keep it there"))
      }
      return
    case .other(let kind):
      return report.amend(route.place, .left("Siaga has no routes of type `\(kind.printable)`"))
    }
    guard intent.ways.count < Self.mostRoutes else {
      return report.amend(route.place, .left("it is route \(Self.mostRoutes + 1) or later"))
    }
    var way = Intent.Way(
      destination: route.destination, table: route.table, interface: link.interface,
      distance: route.metric, isOnLink: route.isOnLink, place: route.place)
    if case .address(let gateway) = route.hop { way.gateway = gateway }
    intent.ways.append(way)
  }

  private func leavePort(_ link: Link, _ report: inout ImportReport) {
    for place in link.addresses.map(\.place) + link.routes.map(\.place) {
      report.amend(place, .left("\(link.interface) is a port of a bond, which has the addresses"))
    }
  }

  /// Whoever translates what came in by one link translates what leaves by the others.
  private func addNAT(to intent: inout Intent, _ report: inout ImportReport) {
    for family in Family.allCases {
      for place in masquerades[family] {
        report.amend(
          place, .differs("what leaves by the uplinks is translated, whichever way it came in"))
      }
      guard !masquerades[family].isEmpty else { continue }
      for index in intent.links.indices {
        if family == .ipv4 {
          intent.links[index].nat = .masquerade
        } else {
          intent.links[index].nat6 = .masquerade
        }
      }
    }
  }
}

// MARK: - Rules

extension LinuxNetwork {
  private func addRules(to intent: inout Intent, _ report: inout ImportReport) {
    var known: Set<TrafficMatch> = []
    let sorted = rules.enumerated().sorted {
      ($0.element.priority ?? .max, $0.offset) < ($1.element.priority ?? .max, $1.offset)
    }.map(\.element)
    for rule in sorted {
      if rule.skipsDefaults || isOwn(rule) {
        report.amend(rule.place, .carried)
      } else if rule.table == Intent.main {
        report.amend(
          rule.place, .left("Siaga cannot keep traffic off its groups, and so by main's default"))
      } else if rule.match == TrafficMatch() {
        report.amend(rule.place, .left("it takes all traffic; let table main have those routes"))
      } else if !known.insert(rule.match).inserted {
        report.amend(rule.place, .left("a rule before it takes the same traffic"))
      } else {
        let resort = lastResort(of: rule.table)
        intent.selections.append(
          Intent.Selection(
            name: Int(rule.table).map { "table-\($0)" }, match: rule.match, families: rule.families,
            table: rule.table,
            lastResort: resort.kind, place: rule.place))
        for place in resort.places { report.amend(place, .carried) }
      }
    }
    let used = Set(intent.selections.map(\.table))
    for route in links.flatMap(\.routes) where route.table != Intent.main && route.isResort {
      if !used.contains(route.table) {
        report.amend(route.place, .left("no rule sends traffic to table \(route.table)"))
      }
    }
  }

  /// What a table's route to nowhere says of its traffic.
  private func lastResort(of table: String) -> (kind: LastResort, places: [SourcePlace]) {
    let resorts = links.flatMap(\.routes).filter { $0.table == table && $0.isResort }
    guard let last = resorts.last else { return (.main, []) }
    return (last.kind == .blackhole ? .blackhole : .unreachable, resorts.map(\.place))
  }

  /// That what has a link's own address leaves by that link is Siaga's business anyway.
  private func isOwn(_ rule: Rule) -> Bool {
    var rest = rule.match
    rest.from = []
    guard rest == TrafficMatch(), !rule.match.from.isEmpty else { return false }
    return rule.families.allSatisfy { family in
      let users = links.filter { link in link.routes.contains { $0.table == rule.table } }
      guard users.count == 1, let link = users.first, leadsByMain(link, family) else {
        return false
      }
      return rule.match.from.allSatisfy { from in
        link.addresses.contains { $0.value.network == from || .host($0.value.address) == from }
      }
    }
  }

  /// Tables whose only use is such rules.
  private var ownTables: Set<String> {
    var own: Set<String> = []
    for (table, rules) in Dictionary(grouping: rules, by: \.table)
    where table != Intent.main && rules.allSatisfy(isOwn) {
      own.insert(table)
    }
    return own
  }

  private func leadsByMain(_ link: Link, _ family: Family) -> Bool {
    link.routes.contains {
      $0.table == Intent.main && $0.destination == .everything(family) && $0.kind == .unicast
    }
  }
}

extension LinuxNetwork.Route {
  fileprivate var isResort: Bool {
    destination.length == 0 && (kind == .unreachable || kind == .blackhole)
  }
}

extension Intent {
  /// Where metrics do not tell who goes first, the order of the sources does, which is said.
  fileprivate func tellEqualMetrics(_ report: inout ImportReport) {
    struct Place: Hashable {
      let destination: Prefix
      let table: String
      let distance: Int
    }
    var first: [Place: Way] = [:]
    for way in ways {
      let place = Place(destination: way.destination, table: way.table, distance: way.distance)
      guard let earlier = first[place] else {
        first[place] = way
        continue
      }
      guard earlier.interface != way.interface else { continue }
      report.amend(
        way.place,
        .differs(
          "it has the metric of \(earlier.interface) (\(earlier.place)), which here goes before it, "
            + "for it comes first; there the kernel takes either"))
    }
  }
}
