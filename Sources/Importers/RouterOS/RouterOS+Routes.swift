import Model

/// Static routes: read first, for netwatch and other routes speak of them, then made ways.
extension RouterOS {
  struct Route {
    let item: ConsoleItems.Item
    let destination: Prefix
    let table: String
    let distance: Int
    let gateways: [String]
    let check: CheckKind?
    let isMultihop: Bool  // BFD and the like, which is not spoken here
    let scope: Int
    let targetScope: Int
    let resort: LastResort?  // what it is instead of a way
    var isDisabled: Bool
    var watches: [Question] = []  // netwatch's, that switch it
    var isPin = false  // it only says by which link a host is asked

    var family: Family { destination.family }
  }

  mutating func readRoutes() {
    for (menu, family) in [("/ip/route", Family.ipv4), ("/ipv6/route", .ipv6)] {
      for item in items[menu] {
        guard let route = route(item, family) else { continue }
        if !route.isDisabled, route.table == Intent.main, route.destination.length > 0 {
          pins.add(routes.count, to: route.destination)
        }
        routes.append(route)
      }
    }
  }

  private mutating func route(_ item: ConsoleItems.Item, _ family: Family) -> Route? {
    for name in ["gateway", "dst-address", "distance"] where item.word(name).isComputed {
      leave(item, "`\(name)` is computed, and siaga does not guess")
      return nil
    }
    let text = item["dst-address"] ?? ""
    guard let destination = text.isEmpty ? .everything(family) : Prefix(anyway: text),
      destination.family == family
    else {
      leave(item, "`dst-address` is no \(family.name) network")
      return nil
    }
    let distance = item["distance"].map { Int($0) } ?? 1
    guard let distance, (1...255).contains(distance) else {
      leave(item, distance == 255 ? "it is never used" : "`distance` is no number from 1 to 255")
      return nil
    }
    let resort = item.resort
    let gateways = (item["gateway"] ?? "").split(separator: ",").map(String.init)
    if resort == nil, gateways.isEmpty {
      leave(item, "it has no gateway")
      return nil
    }
    noteUnread(item)
    let check = item["check-gateway"] ?? "none"
    let kinds: [String: CheckKind] = ["ping": .ping, "arp": .arp, "bfd": .ping]
    if check != "none", kinds[check] == nil {
      differ(item, "siaga knows no `check-gateway` of that kind, and asks nobody")
    }
    return Route(
      item: item, destination: destination,
      table: item["routing-mark"] ?? item["routing-table"] ?? Intent.main, distance: distance,
      gateways: Array(gateways.prefix(64)), check: kinds[check],
      isMultihop: check.hasPrefix("bfd"), scope: item["scope"].flatMap { Int($0) } ?? 30,
      targetScope: item["target-scope"].flatMap { Int($0) } ?? 10, resort: resort,
      isDisabled: item.isOn("disabled"))
  }

  private mutating func noteUnread(_ item: ConsoleItems.Item) {
    let known = Self.keys[item.menu] ?? []
    for field in item.fields where !known.contains(field.name) {
      differ(item, "`\(field.name.printable)` is not carried")
    }
    if item["vrf-interface"] != nil { differ(item, "`vrf-interface` is not carried") }
  }

  /// The source address that the router's own packets get: the link's first, here.
  private mutating func noteSource(_ route: Route, by interface: String) {
    guard let source = route.item["pref-src"], !source.isEmpty else { return }
    let first = ports[interface]?.addresses.first { $0.family == route.family }
    if IPAddress(source) == first?.address, first != nil { return }
    differ(route.item, "`pref-src` is not carried: the router's own packets get the link's address")
  }
}

// MARK: - As ways

extension RouterOS {
  /// What answers a check asks for: after two that are missed it is down, after one up.
  static func question(_ kind: CheckKind, _ target: CheckTarget) -> Question {
    Question(
      kind: kind, targets: [target], every: .seconds(10), timeout: .seconds(1), fall: 2, rise: 1)
  }

  mutating func addRoutes() {
    var hops: [Int: [Hop]] = [:]
    for index in routes.indices where !routes[index].isDisabled && routes[index].resort == nil {
      hops[index] = self.hops(of: index)
    }
    for question in hops.values.joined().flatMap(\.questions) + routes.flatMap(\.watches) {
      for case .address(let address)? in question.targets.map(\.host) { asked.insert(address) }
    }
    for index in routes.indices {
      let route = routes[index]
      if route.isDisabled {
        leave(route.item, "it is disabled")
      } else if let resort = route.resort {
        add(route, resort)
      } else if route.isPin {
        notePin(route)
      } else {
        for hop in hops[index] ?? [] { add(route, by: hop) }
      }
    }
    shareChecks()
  }

  private mutating func add(_ route: Route, _ resort: LastResort) {
    carry(route.item)
    // It keeps a host from being asked by another link, which Siaga never does.
    let others = pins.all(holding: route.destination.address).joined()
    if others.prefix(64).contains(where: {
      routes[$0].isPin && routes[$0].destination == route.destination
    }) {
      return
    }
    intent.resorts.append(
      Intent.Resort(
        destination: route.destination, table: route.table, resort: resort,
        place: route.item.place))
  }

  private mutating func notePin(_ route: Route) {
    guard asked.contains(route.destination.address) else { return carry(route.item) }
    differ(
      route.item,
      "it tells by which link \(route.destination.address) is asked; other traffic for it is not "
        + "held to that link")
  }

  private mutating func add(_ route: Route, by hop: Hop) {
    carry(route.item)
    leading.insert(hop.interface)
    noteSource(route, by: hop.interface)
    route.item.shortComment.map { ports[hop.interface, default: Port()].comments.append($0) }
    let questions = hop.questions + route.watches
    intent.ways.append(
      Intent.Way(
        destination: route.destination, table: route.table, interface: linuxName(hop.interface),
        gateway: hop.gateway, distance: route.distance, weight: hop.weight,
        question: questions.first, otherQuestions: Array(questions.dropFirst()),
        place: route.item.place))
  }
}

extension ConsoleItems.Item {
  /// Instead of a way: version 6 says it by `type`, version 7 by a flag.
  fileprivate var resort: LastResort? {
    if isOn("blackhole") || self["type"] == "blackhole" { return .blackhole }
    let refusals = ["unreachable", "prohibit"]
    return refusals.contains { isOn($0) || self["type"] == $0 } ? .unreachable : nil
  }
}

extension ConsoleLexer.Word? {
  var isComputed: Bool { self.map { $0.kind != .text } ?? false }
}
