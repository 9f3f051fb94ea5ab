import Config
import Model
import Testing
import YAML

/// What `siaga init` makes of a machine is a valid file, and holds what the machine has.
struct ProposalTests {
  private static func machine(
    forwards: Bool = false, _ build: (inout KernelState) -> Void
  ) -> Machine {
    var kernel = KernelState()
    build(&kernel)
    return Machine(name: "gw", kernel: kernel, forwards: PerFamily { _ in forwards })
  }

  private static func read(_ machine: Machine) throws -> (
    text: String, configuration: Configuration
  ) {
    let text = try #require(Proposal(machine)).text
    return (text, try readConfiguration(Array(text.utf8)))
  }

  private static func tiers(_ configuration: Configuration) -> [String: [[String]]] {
    Dictionary(
      uniqueKeysWithValues: configuration.groups.map { group in
        let tiers = Dictionary(grouping: group.members, by: \.tier).sorted { $0.key < $1.key }
        return (group.name.text, tiers.map { $0.value.map(\.id.text) })
      })
  }

  @Test
  func `default routes by hand become uplinks with their gateways, in the order of metrics`()
    throws
  {
    let machine = Self.machine(forwards: true) {
      $0.add(1, "ether1", ["10.10.1.2/24"])
      $0.add(2, "ether2", ["10.20.1.2/24"])
      $0.add(3, "ether3", ["192.168.1.1/24"])
      $0.addDefault(2, via: "10.20.1.1", metric: 100)
      $0.addDefault(1, via: "10.10.1.1", metric: 200)
    }
    let (text, configuration) = try Self.read(machine)
    let expected = ["2", "1"].map { number in
      Uplink(
        name: UplinkName("ether\(number)"), interface: InterfaceName("ether\(number)")!,
        gateways: [IPAddress("10.\(number)0.1.1")!], nat: .masquerade)
    }
    #expect(configuration.uplinks == expected)
    #expect(Self.tiers(configuration) == ["internet": [["ether2"], ["ether1"]]])
    #expect(configuration.groups[0].judge == .check("gateway"))
    #expect(configuration.groups[0].failback == .auto)
    #expect(text.contains("# It has 10.10.1.2/24, which the system sets; siaga leaves that alone."))
    #expect(!text.contains("ether3"))
  }

  @Test
  func `what the system is told is left to it: leases and advertisements`() throws {
    let machine = Self.machine {
      $0.add(1, "eth0", ["192.0.2.7/24"], isLeased: true)
      $0.add(2, "eth1", ["198.51.100.7/24", "2001:db8::7/64"])
      $0.addDefault(1, via: "192.0.2.1", origin: 3)
      $0.addDefault(2, via: "198.51.100.1", metric: 5, origin: 4)
      $0.addDefault(2, via: "fe80::1", metric: 1_024, origin: 9)
    }
    let (text, configuration) = try Self.read(machine)
    #expect(configuration.uplinks.map(\.findsGateways) == [true, true])
    #expect(configuration.uplinks.map(\.gateways) == [[], [IPAddress("198.51.100.1")!]])
    #expect(configuration.uplinks.allSatisfy { $0.addresses.isEmpty && $0.nat == .none })
    #expect(
      Self.tiers(configuration) == ["internet": [["eth0"], ["eth1"]], "internet6": [["eth1"]]])
    #expect(text.contains("for as long as its lease or advertisement lasts"))
    #expect(text.contains("`ping fe80::1%eth1`"))
  }

  @Test
  func `a route of several ways is a tier that shares by weight`() throws {
    let machine = Self.machine {
      $0.add(1, "eth0", ["192.0.2.7/24"])
      $0.add(2, "eth1", ["198.51.100.7/24"])
      $0.apply(
        .foreignDefault(
          Route(
            .defaultV4, table: Ours.mainTable,
            hops: [
              NextHop(interface: InterfaceIndex(1), gateway: IPAddress("192.0.2.1"), weight: 3),
              NextHop(interface: InterfaceIndex(2), gateway: IPAddress("198.51.100.1")),
            ], origin: 4)))
    }
    let members = try Self.read(machine).configuration.groups[0].members
    #expect(members.map(\.tier) == [1, 1])
    #expect(members.map(\.weight) == [3, 1])
  }

  @Test
  func `a link without a gateway is judged by hosts far out`() throws {
    let machine = Self.machine {
      $0.add(1, "ppp0", ["100.64.0.7/32"], isPointToPoint: true)
      $0.addDefault(1, via: nil)
    }
    let configuration = try Self.read(machine).configuration
    #expect(configuration.uplinks[0].gateways.isEmpty)
    #expect(!configuration.uplinks[0].findsGateways)
    #expect(configuration.groups[0].judge == .check("far"))
    #expect(configuration.checks.map(\.name) == ["far"])
  }

  @Test
  func `one family without a gateway goes beside one with where the link has a far end`() throws {
    func tiers(isPointToPoint: Bool) throws -> [String: [[String]]] {
      let machine = Self.machine {
        $0.add(1, "link0", ["100.64.0.7/32", "2001:db8::7/64"], isPointToPoint: isPointToPoint)
        $0.addDefault(1, via: nil)
        $0.addDefault(1, via: "2001:db8::1")
      }
      return Self.tiers(try Self.read(machine).configuration)
    }
    let both = ["internet": [["link0"]], "internet6": [["link0"]]]
    #expect(try tiers(isPointToPoint: true) == both)
    #expect(try tiers(isPointToPoint: false) == ["internet6": [["link0"]]])
  }

  @Test
  func `what other tables know comes last, and what only may lead out is a comment`() throws {
    let machine = Self.machine {
      $0.add(1, "eth0", ["192.0.2.7/24"])
      $0.add(2, "eth1", ["198.51.100.7/24"])
      $0.add(3, "wg0", ["10.9.0.2/32"], isPointToPoint: true)
      $0.add(4, "eth2", ["203.0.113.9/24"], isLeased: true)
      $0.addDefault(1, via: "192.0.2.1", metric: 900)
      $0.addDefault(2, via: "198.51.100.1", table: 200)
      $0.addDefault(3, via: nil, table: 51_820)
    }
    let (text, configuration) = try Self.read(machine)
    #expect(Self.tiers(configuration) == ["internet": [["eth0"], ["eth1"]]])
    #expect(text.contains("IPv4: a guess, since table 200 has a default route by it"))
    #expect(text.contains("  # wg0: { interface: wg0 }"))
    #expect(text.contains("by table 51820"))
    #expect(text.contains("  # eth2: { interface: eth2, gateway: auto }"))
  }

  @Test
  func `where siaga runs, what it set is in the file`() throws {
    let machine = Self.machine {
      $0.add(1, "ether1", ["10.10.1.2/24"], origin: Ours.origin)
      $0.add(2, "ether2", ["10.20.1.2/24"], origin: Ours.origin)
      for number in 1...2 {
        $0.apply(
          .route(
            Route(
              .defaultV4, table: Ours.table(uplink: number - 1),
              hops: [
                NextHop(
                  interface: InterfaceIndex(Int32(number)), gateway: IPAddress("10.\(number)0.1.1"))
              ])))
      }
    }
    let configuration = try Self.read(machine).configuration
    #expect(
      configuration.uplinks.map(\.addresses)
        == [[InterfaceAddress("10.10.1.2/24")!], [InterfaceAddress("10.20.1.2/24")!]])
    #expect(Self.tiers(configuration) == ["internet": [["ether1"], ["ether2"]]])
  }

  @Test(arguments: ["null", "~x", "é", "a#b", "{x", "-x", "it's", "eth0.7", "%", "&a"])
  func `an interface may be called anything that a file can say`(name: String) throws {
    let machine = Self.machine {
      $0.add(1, name, ["192.0.2.7/24"])
      $0.addDefault(1, via: "192.0.2.1")
    }
    #expect(try Self.read(machine).configuration.uplinks.map(\.interface.text) == [name])
  }

  @Test
  func `without a default route there is nothing to propose`() {
    let machine = Self.machine { $0.add(1, "eth0", ["192.0.2.7/24"]) }
    #expect(Proposal(machine)?.text == nil)
    // Nor by one that no file can name.
    let odd = Self.machine {
      $0.add(1, "eth*", ["192.0.2.7/24"])
      $0.addDefault(1, via: "192.0.2.1")
    }
    #expect(Proposal(odd)?.text == nil)
  }

  @Test(arguments: UInt64(1)...200)
  func `whatever a machine has, the file is valid, and who carries now comes first`(seed: UInt64)
    throws
  {
    var random = Dice(seed: seed)
    let machine = Self.machine(forwards: Bool.random(using: &random)) { kernel in
      for number in 1...Int32.random(in: 1...5, using: &random) {
        kernel.addAny(number, &random)
      }
    }
    guard let proposal = Proposal(machine) else {
      #expect(machine.kernel.foreignDefaults.allSatisfy { $0.table != Ours.mainTable })
      return
    }
    let configuration = try readConfiguration(Array(proposal.text.utf8))
    for group in configuration.groups {
      let main = machine.kernel.foreignDefaults
        .filter { $0.table == Ours.mainTable && $0.destination.family == group.holding.family }
      guard let best = main.map(\.metric).min() else { continue }
      let carriers = main.filter { $0.metric == best }.flatMap(\.hops)
        .compactMap { machine.kernel.links[$0.interface]?.name.text }
      #expect(group.members.first.map { carriers.contains($0.id.text) } == true)
    }
  }
}

extension KernelState {
  fileprivate mutating func add(
    _ number: Int32, _ name: String, _ addresses: [String], isPointToPoint: Bool = false,
    isLeased: Bool = false, origin: UInt8 = 0
  ) {
    let index = InterfaceIndex(number)
    apply(
      .link(
        Link(
          index: index, name: InterfaceName(name)!, isUp: true, hasCarrier: true,
          isPointToPoint: isPointToPoint)))
    for address in addresses {
      apply(
        .address(
          HeldAddress(
            interface: index, address: InterfaceAddress(address)!, origin: origin,
            isLeased: isLeased)))
    }
  }

  fileprivate mutating func addDefault(
    _ number: Int32, via gateway: String?, metric: UInt32 = 0, table: UInt32 = Ours.mainTable,
    origin: UInt8 = 3
  ) {
    let gateway = gateway.map { IPAddress($0)! }
    apply(
      .foreignDefault(
        Route(
          .everything(gateway?.family ?? .ipv4), table: table,
          hops: [NextHop(interface: InterfaceIndex(number), gateway: gateway)], metric: metric,
          origin: origin)))
  }

  fileprivate mutating func addAny(_ number: Int32, _ random: inout Dice) {
    let isLine = Int.random(in: 0..<4, using: &random) == 0
    add(
      number, "eth\(number)", ["10.\(number).0.2/24", "2001:db8:\(number)::2/64"],
      isPointToPoint: isLine, isLeased: Bool.random(using: &random))
    // Only the far end of a link needs no name.
    let gateways = [
      "10.\(number).0.1", "2001:db8:\(number)::1", "fe80::1", isLine ? nil : "172.31.1.1",
    ]
    for gateway in gateways where Int.random(in: 0..<3, using: &random) == 0 {
      addDefault(
        number, via: gateway, metric: UInt32.random(in: 0...3, using: &random),
        table: [Ours.mainTable, Ours.mainTable, 200].randomElement(using: &random) ?? 0,
        origin: [3, 4, 9, 16].randomElement(using: &random) ?? 0)
    }
  }
}

/// xorshift64.
private struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
