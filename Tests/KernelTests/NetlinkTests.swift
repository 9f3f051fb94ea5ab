import Glibc
import Kernel
import Lab
import Model
import Reconcile
import Testing

/// Our netlink against a real kernel, in a namespace with a veth pair.
@Suite(.serialized, .enabled(if: geteuid() == 0, "needs root"))
struct NetlinkTests {
  /// A namespace with `left` and `right`, wired to each other and up.
  private func inNamespace(_ tag: String, _ body: @escaping @Sendable () throws -> Void) throws {
    let made = try Namespace.make(tag: tag, roles: ["alone"])
    let result = Result {
      try made[0].ip(
        "link add left type veth peer name right", "link set left up", "link set right up")
      try made[0].run(body)
    }
    try Namespace.remove(made)
    try result.get()
  }

  private static func link(_ name: String, _ state: KernelState) throws -> Link {
    let name = try #require(InterfaceName(name))
    return try #require(state.link(named: name))
  }

  @Test
  func `what is written is read back, whole`() throws {
    try inNamespace("write") {
      let a = try Self.link("left", try KernelReader().state())
      let address = HeldAddress(
        interface: a.index, address: try #require(InterfaceAddress("10.10.1.2/24")))
      let route = Route(
        .defaultV4, table: 8300,
        hops: [NextHop(interface: a.index, gateway: IPAddress("10.10.1.1"))])
      let rules = [
        Rule(priority: 8000, family: .ipv4, selector: .all, table: 254, suppressPrefixLength: 0),
        Rule(priority: 8100, family: .ipv4, selector: .outgoing(a.name), table: 8100),
        Rule(
          priority: 8300, family: .ipv4, selector: .from(.host(address.address.address)),
          table: 8100),
        Rule(priority: 8500, family: .ipv4, selector: .mark(0x100, mask: 0x3f00), table: 8100),
      ]
      let changes = [Change.addAddress(address), .addRoute(route)] + rules.map { .addRule($0) }
      let writer = try KernelWriter()
      #expect(writer.apply(changes).allSatisfy { $0 == nil })
      let state = try KernelReader().state()
      #expect(state.addresses.contains(address))
      #expect(state.routes == [route])
      #expect(state.rules == Set(rules))
      // A second time, each says that it is so already.
      for (change, failure) in zip(changes, writer.apply(changes)) {
        #expect(failure.map { change.isAlreadySo($0.code) } ?? false, "\(change)")
      }
      let removals: [Change] =
        rules.map { .removeRule($0) } + [.removeRoute(route), .removeAddress(address)]
      #expect(writer.apply(removals).allSatisfy { $0 == nil })
      let after = try KernelReader().state()
      #expect(after.routes.isEmpty && after.rules.isEmpty && !after.addresses.contains(address))
    }
  }

  @Test
  func `a link tells its hardware address, unless neighbours are not found by it`() throws {
    try inNamespace("hardware") {
      try Command.run("ip", "link", "set", "left", "address", "52:54:00:12:34:56")
      try Command.run("ip", "link", "set", "right", "arp", "off")
      let state = try KernelReader().state()
      let left = try Self.link("left", state)
      #expect(left.hardwareAddress == HardwareAddress("52:54:00:12:34:56"))
      #expect(try Self.link("right", state).hardwareAddress == nil)
      #expect(try Self.link("lo", state).hardwareAddress == nil)
      // Whoever reads its carrier sees the same link.
      #expect(try CarrierReader().changes(among: [left.index]) == [left])
    }
  }

  @Test
  func `packets that pass do not change a link, and its carrier does`() throws {
    try inNamespace("counters") {
      try Command.run("ip", "address", "add", "10.10.1.2/24", "dev", "left")
      let left = try Self.link("left", try KernelReader().state())
      let reader = try CarrierReader()
      #expect(try reader.changes(among: [left.index]) == [left])
      let counted = try Command.run("ip", "-statistics", "link", "show", "left")
      // Nobody answers; asking who has the address is a packet, too.
      _ = try? Command.run("ping", "-c", "1", "-W", "0.1", "10.10.1.1")
      #expect(try Command.run("ip", "-statistics", "link", "show", "left") != counted)
      #expect(try reader.changes(among: [left.index]) == [])
      try Command.run("ip", "link", "set", "right", "down")
      #expect(try reader.changes(among: [left.index]).map(\.hasCarrier) == [false])
    }
  }

  @Test
  func `several ways with weights are one route`() throws {
    try inNamespace("ways") {
      let state = try KernelReader().state()
      let hops = [
        NextHop(interface: try Self.link("left", state).index, gateway: nil, weight: 3),
        NextHop(interface: try Self.link("right", state).index, gateway: nil, weight: 1),
      ]
      let route = Route(.defaultV4, table: 8300, hops: hops)
      #expect(try KernelWriter().apply([.addRoute(route)]) == [nil])
      #expect(try KernelReader().table(8300, .ipv4) == [route])
    }
  }

  /// Removing a way must not hit another that begins alike.
  @Test
  func `between one way, several and other weights, the kernel ends with what is wanted`() throws {
    try inNamespace("weights") {
      let state = try KernelReader().state()
      let left = try Self.link("left", state).index
      let right = try Self.link("right", state).index
      let shapes: [[(InterfaceIndex, Int)]] = [
        [(left, 1)], [(left, 3), (right, 1)], [(left, 1), (right, 3)], [(left, 1)], [(right, 1)],
        [(left, 2), (right, 1)], [(right, 1)],
      ]
      let writer = try KernelWriter()
      for shape in shapes {
        let hops = shape.map { NextHop(interface: $0, gateway: nil, weight: $1) }
        var wanted = Wanted()
        wanted.routes = [
          Route(.defaultV4, table: 8300, hops: hops, tag: Route.tag(for: hops))
        ]
        let changes = try KernelReader().state().changes(to: wanted)
        #expect(writer.apply(changes).allSatisfy { $0 == nil })
        #expect(try KernelReader().table(8300, .ipv4) == Array(wanted.routes))
      }
    }
  }

  @Test
  func `the kernel's refusal is told in its own words`() throws {
    try inNamespace("words") {
      let a = try Self.link("left", try KernelReader().state())
      let route = Route(
        .defaultV4, table: 8300,
        hops: [NextHop(interface: a.index, gateway: IPAddress("255.255.255.255"))])
      let failure = try #require(try KernelWriter().apply([.addRoute(route)])[0])
      #expect(failure.name == "EINVAL")
      #expect(failure.message == "Nexthop has invalid gateway")
    }
  }

  @Test
  func `a lost carrier, an address and a foreign default are heard of`() throws {
    try inNamespace("heard") {
      let monitor = try KernelMonitor()
      try Command.run("ip", "addr", "add", "10.10.1.2/24", "dev", "left")
      try Command.run("ip", "route", "add", "default", "via", "10.10.1.1")
      try Command.run("ip", "link", "set", "right", "down")
      var deltas: [KernelState.Delta] = []
      var defaultsChanged = false
      try waitUntil("the news", within: .seconds(3)) {
        let news = try monitor.drain()
        deltas += news.deltas
        defaultsChanged = defaultsChanged || news.defaultsChanged
        return deltas.contains {
          if case .link(let link) = $0 {
            link.name.text == "left" && !link.hasCarrier
          } else {
            false
          }
        }
      }
      #expect(defaultsChanged)
      #expect(
        deltas.contains {
          if case .address(let held) = $0 { "\(held.address)" == "10.10.1.2/24" } else { false }
        })
      // A foreign route is not among what is kept.
      #expect(!deltas.contains { if case .route = $0 { true } else { false } })
    }
  }

  @Test
  func `a storm that overruns the queue is noticed, and ours can be read again`() throws {
    try inNamespace("storm") {
      let monitor = try KernelMonitor(receiveBuffer: 4_096)
      // Rules are not passed over: they may be before ours.
      let lines = (0..<1_000).map { "rule add from 172.16.\($0 / 256).\($0 % 256) lookup 100" }
      try Command.run("ip", "-batch", "-", input: lines.joined(separator: "\n") + "\n")
      var lost = false
      for _ in 0..<100 where !lost { lost = try monitor.drain().lostMessages }
      #expect(lost)
      #expect(try KernelReader().state().routes.isEmpty)
    }
  }

  @Test
  func `a feed of routes does not reach the queue, and what is ours or a default does`() throws {
    try inNamespace("feed") {
      let monitor = try KernelMonitor(receiveBuffer: 4_096)
      try Command.run("ip", "addr", "add", "10.10.1.2/24", "dev", "left")
      _ = try monitor.drain()
      let feed = (0..<5_000).flatMap { number in
        let route = "172.16.\(number / 256).\(number % 256)/32 dev left"
        return ["route add \(route)", "route add \(route) table 1000"]
      }
      try Command.run("ip", "-batch", "-", input: feed.joined(separator: "\n") + "\n")
      let marked = [
        "route add 10.1.0.0/16 via 10.10.1.1 proto 83",
        "route add 10.2.0.0/16 via 10.10.1.1 table \(Ours.tables.lowerBound)",
        "route add 10.3.0.0/16 via 10.10.1.1 table \(Ours.tables.upperBound)",
        "route add default via 10.10.1.1 table 1000",
        "route del 10.2.0.0/16 table \(Ours.tables.lowerBound)",
      ]
      try Command.run("ip", "-batch", "-", input: marked.joined(separator: "\n") + "\n")
      let news = try monitor.drain()
      #expect(!news.lostMessages && news.defaultsChanged)
      #expect(
        news.deltas.compactMap { delta in
          switch delta {
          case .route(let route): "\(route.destination)"
          case .routeGone(let route): "gone \(route.destination)"
          case .foreignDefault(let route): "default of \(route.table)"
          default: nil  // links come up when they like
          }
        } == ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "default of 1000", "gone 10.2.0.0/16"])
    }
  }

  @Test(arguments: [8_099, 8_356, 70_000])
  func `tables that are not ours are not heard of`(table: Int) throws {
    try inNamespace("beside") {
      let monitor = try KernelMonitor()
      try Command.run("ip", "route", "add", "10.1.0.0/16", "dev", "left", "table", "\(table)")
      let heard = try monitor.drain().deltas
      #expect(!heard.contains { if case .route = $0 { true } else { false } })
    }
  }
}
