import Model

/// Where a gateway is: in the network of an interface, or behind another route (recursion), which
/// people use to ask hosts beyond the gateway.
extension RouterOS {
  struct Hop: Equatable {
    let interface: String
    let gateway: IPAddress?
    var weight = 1
    var questions: [Question] = []
  }

  private static let deepest = 8

  mutating func hops(of index: Int) -> [Hop] {
    let route = routes[index]
    var hops: [Hop] = []
    for text in route.gateways {
      switch hop(text, of: route) {
      case .found(let hop, _) where ports[hop.interface]?.isDisabled ?? false:
        leave(route.item, "\(hop.interface.printable) is disabled")
      case .found(let hop, let pins):
        for pin in pins { routes[pin].isPin = true }
        // The same gateway twice is one of twice the weight.
        if let known = hops.firstIndex(where: {
          $0.interface == hop.interface && $0.gateway == hop.gateway
        }) {
          hops[known].weight += 1
        } else {
          hops.append(hop)
        }
      case .lost(let why): leave(route.item, why)
      }
    }
    if route.isMultihop, !hops.isEmpty {
      differ(route.item, "siaga does not speak BFD yet: the gateway is asked by ping")
    }
    return hops
  }

  private enum Search {
    case found(Hop, pins: [Int])
    case lost(String)
  }

  private mutating func hop(_ text: String, of route: Route) -> Search {
    var text = text
    if let at = text.lastIndex(of: "@") {
      let table = text[text.index(after: at)...]
      guard table == Intent.main[...] else {
        return .lost("its gateway is looked for in the table `\(String(table).printable)`")
      }
      text = String(text[..<at])
    }
    let parts = text.split(separator: "%", maxSplits: 1).map(String.init)
    guard let first = parts.first else { return .lost("it has no gateway") }
    guard let address = IPAddress(first) else {
      // An interface: nobody there can be asked.
      if route.check != nil {
        differ(route.item, "a gateway that is an interface cannot be asked, not by RouterOS either")
      }
      return .found(Hop(interface: text, gateway: nil), pins: [])
    }
    guard address.family == route.family else {
      return .lost("\(address) is no \(route.family.name) address")
    }
    if parts.count > 1 {
      return .found(
        Hop(
          interface: parts[1], gateway: address,
          questions: route.check.map { [Self.question($0, .gateway)] } ?? []), pins: [])
    }
    return search(for: address, route)
  }

  /// From route to route until a network is met.
  private mutating func search(for gateway: IPAddress, _ start: Route) -> Search {
    var address = gateway
    var route = start
    var questions: [Question] = []
    var used: [Int] = []
    for _ in 0..<Self.deepest {
      if let interface = interface(near: address) {
        if let kind = route.check { questions.append(Self.question(kind, .gateway)) }
        return .found(
          Hop(interface: interface, gateway: address, questions: questions.reversed()), pins: used)
      }
      guard let next = pin(of: address, targetScope: start.targetScope) else {
        return .lost(complaint(about: address, targetScope: start.targetScope))
      }
      if let kind = route.check {
        if kind == .arp {
          differ(start.item, "\(address) is not on the link, so it is asked by ping, not by ARP")
        }
        questions.append(Self.question(.ping, .address(address)))
      }
      used.append(next)
      let others = alternatives(to: next)
      if !others.isEmpty, route.check == nil, questions.isEmpty {
        if let hop = together([next] + others, start) { return hop }
      }
      route = routes[next]
      guard let text = route.gateways.first else { return .lost("it has no gateway") }
      if route.gateways.count > 1 {
        differ(route.item, "it has several gateways, and only the first is asked by here")
      }
      guard let found = IPAddress(text.split(separator: "%").first.map(String.init) ?? "") else {
        return .found(
          Hop(interface: text, gateway: nil, questions: questions.reversed()), pins: used)
      }
      if let zone = text.split(separator: "%").dropFirst().first {
        if let kind = route.check { questions.append(Self.question(kind, .gateway)) }
        return .found(
          Hop(interface: String(zone), gateway: found, questions: questions.reversed()), pins: used)
      }
      address = found
    }
    return .lost("its gateway is looked for by route after route, without an end")
  }

  /// One made-up address with a route by each of several hosts: the link is well while one of them
  /// answers.
  private mutating func together(_ pins: [Int], _ start: Route) -> Search? {
    var hops: [Hop] = []
    var used = pins
    for pin in pins {
      guard let text = routes[pin].gateways.first, let address = IPAddress(text),
        self.interface(near: address) == nil, let inner = self.pin(of: address, targetScope: 255),
        inner != pin, let next = routes[inner].gateways.first, let gateway = IPAddress(next),
        let interface = interface(near: gateway), let kind = routes[pin].check
      else { return nil }
      used.append(inner)
      let asked: [Question] = [Self.question(kind == .arp ? .ping : kind, .address(address))]
      hops.append(Hop(interface: interface, gateway: gateway, questions: asked))
    }
    guard var hop = hops.first,
      hops.allSatisfy({ $0.interface == hop.interface && $0.gateway == hop.gateway })
    else { return nil }
    hop.questions[0].targets = Array(hops.flatMap { $0.questions[0].targets }.prefix(16))
    return .found(hop, pins: used)
  }

  private func interface(near address: IPAddress) -> String? {
    networks.all(holding: address).first?.first
  }

  /// The best route by which an address can be found.
  private func pin(of address: IPAddress, targetScope: Int) -> Int? {
    for candidates in pins.all(holding: address) {
      let usable = candidates.prefix(64).filter {
        routes[$0].resort == nil && routes[$0].scope <= targetScope
      }
      if let best = usable.min(by: { routes[$0].distance < routes[$1].distance }) { return best }
    }
    return nil
  }

  /// Other routes to the same place that are as good.
  private func alternatives(to pin: Int) -> [Int] {
    let route = routes[pin]
    let all = pins.all(holding: route.destination.address).first ?? []
    return all.prefix(64).filter { other in
      other != pin && routes[other].resort == nil
        && routes[other].destination == route.destination && routes[other].scope == route.scope
    }
  }

  private func complaint(about address: IPAddress, targetScope: Int) -> String {
    let near = pins.all(holding: address).lazy.compactMap(\.first)
      .first { routes[$0].resort == nil }
    if let near {
      let route = routes[near]
      return "RouterOS does not use it: \(address) is found by the route of \(route.item.place), "
        + "whose scope is \(route.scope), and a `target-scope` of \(targetScope) allows less"
    }
    return "nothing says by which interface \(address) is reached; write `gateway=\(address)%NAME`"
  }
}
