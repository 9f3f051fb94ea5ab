import Client
import Glibc
import Lab
import Model
import Testing

extension Pairs {
  /// Shared addresses whose hardware address goes along with them.
  struct VirtualMACTests {
    static let addresses = """
      [{ address: 10.1.0.1/24, interface: lan, vrid: 51, advertise: 100ms, mac: virtual },
              { address: 10.2.0.1/24, interface: wan, vrid: 52, advertise: 100ms, mac: virtual }]
      """
    static let hardware = "00:00:5e:00:01:33"

    static func run(_ body: (Pair) async throws -> Void) async throws {
      try await Pair.run({ Pair.configuration($0, addresses: addresses) }, body)
    }

    /// How the router that holds goes; none of it can say a word any more.
    enum Fault: CaseIterable {
      case power, cable

      func strike(_ pair: Pair) throws {
        if self == .power { pair.a.daemon.program.signal(SIGSTOP) }
        try pair.a.router.cable(.lan).pull()
        guard self == .power else { return }
        try pair.a.router.cable(.wan).pull()
        pair.a.daemon.kill()
      }

      func heal(_ pair: Pair) throws {
        for side in RouterPair.Side.allCases { try pair.a.router.cable(side).plug() }
        if self == .power { try pair.a.daemon.start() }
      }
    }

    @Test(arguments: Fault.allCases)
    func `what a dead holder does not forward, the next one does from that moment`(
      fault: Fault
    ) async throws {
      try await Self.run { pair in
        try await pair.awaitCalm()
        let stream = try pair.stream()
        defer { stream.stop() }
        for _ in 0..<3 {
          let start = Moment.now
          try fault.strike(pair)
          try await eventually("b has it", within: .seconds(3)) {
            try pair.b.router.has(RouterPair.inside)
          }
          try await Task.sleep(for: .milliseconds(500))
          let end = Moment.now
          (end + PacketStream.patience).sleep()
          let lost = stream.report(from: start, to: end).lost
          print("virtual MAC, \(fault): \(lost) lost")
          // What is in the cable, or inside the machine, at that moment goes with it: a packet at
          // most, of one a millisecond.
          #expect(lost <= 1)
          try fault.heal(pair)
          try await pair.awaitCalm()
          // What switches learnt of a while it stood alone is corrected by then.
          try await Task.sleep(for: .milliseconds(500))
        }
      }
    }

    @Test
    func `one that is mute is missed as without a virtual MAC, and no longer`() async throws {
      try await Self.run { pair in
        try await pair.awaitCalm()
        let stream = try pair.stream()
        defer { stream.stop() }
        let start = try pair.network.mute(pair.a.router)
        try await eventually("b has it", within: .seconds(3)) {
          try pair.b.router.has(RouterPair.inside)
        }
        try await Task.sleep(for: .milliseconds(300))
        let end = Moment.now
        (end + PacketStream.patience).sleep()
        let lost = stream.report(from: start, to: end).lost
        print("virtual MAC, mute: \(lost) lost")
        #expect(lost < 450)
        try pair.network.unmute(pair.a.router)
        try await pair.awaitCalm()
      }
    }

    @Test
    func `one that ends, and comes again, hands over without a loss`() async throws {
      try await Self.run { pair in
        try await pair.awaitCalm()
        let stream = try pair.stream()
        defer { stream.stop() }
        let start = Moment.now
        #expect(pair.a.daemon.end().isSuccess)
        try await pair.awaitHolder(pair.b)
        try pair.a.daemon.start()
        try await pair.awaitHolder(pair.a)
        let end = Moment.now
        (end + PacketStream.patience).sleep()
        #expect(stream.report(from: start, to: end).lost == 0)
      }
    }

    @Test
    func `hosts know the address by one MAC, whatever the holder says from it`() async throws {
      try await Self.run { pair in
        try await pair.awaitCalm()
        try pair.stream().stop()
        let client = pair.network.client
        #expect(try client.neighbour(RouterPair.inside) == Self.hardware)
        // The holder has to ask for the client first, and must not give its own MAC for the address.
        try client.ip("neigh flush all")
        try pair.a.router.namespace.ip("neigh flush all")
        try Command.run(
          pair.a.router.namespace.command([
            "ping", "-c", "1", "-W", "2", "-I", RouterPair.inside, "10.1.0.10",
          ]))
        #expect(try client.neighbour(RouterPair.inside) == Self.hardware)
        // Neither node answers for what is the other interface's.
        for (node, number) in [(pair.a, 2), (pair.b, 3)] {
          try Command.run(client.command(["ping", "-c", "1", "-W", "2", "10.1.0.\(number)"]))
          let own = try node.router.namespace.hardware("lan")
          #expect(try client.neighbour("10.1.0.\(number)") == own)
        }
      }
    }

    @Test
    func `what an operator deletes, changes or sets down is made again on both`() async throws {
      try await Self.run { pair in
        try await pair.awaitCalm()
        for node in pair.nodes {
          for line in [
            "link delete siaga4-51", "link set siaga4-51 address 02:00:00:00:00:07",
            "link set siaga4-51 down", "link set siaga4-51 name mine",
            "link set siaga4-51 type macvlan mode private",
          ] {
            try node.router.namespace.ip(line)
            try await eventually("\(node.name) mends `\(line)`", within: .seconds(5)) {
              try node.hasVirtualLink("siaga4-51", Self.hardware)
            }
          }
        }
        try await pair.awaitCalm()
        try pair.stream().stop()
      }
    }

    @Test
    func `a reload without it removes its interface, and cleanup removes all`() async throws {
      try await Self.run { pair in
        try await pair.awaitCalm()
        let scratch = try ScratchDirectory(tag: Scene.tag())
        let addresses = Self.addresses.replacing("10.1.0.1/24, ", with: "10.1.0.1/24, mac: own, ")
          .replacing("vrid: 51, advertise: 100ms, mac: virtual", with: "vrid: 51, advertise: 100ms")
        for node in pair.nodes {
          let text = Pair.configuration(node.name, addresses: addresses)
          try scratch.write(text.replacing("KEY", with: pair.key), to: "\(node.name).yaml")
          #expect(try node.siaga("apply", scratch.file("\(node.name).yaml")).exit.isSuccess)
        }
        try await eventually("the interface is gone", within: .seconds(5)) {
          try pair.nodes.allSatisfy { try !$0.links().contains("siaga4-51") }
        }
        try await pair.awaitHolder(pair.a)
        for node in pair.nodes {
          #expect(try node.links().contains("siaga4-52"))
          node.end()
          let state = node.daemon.socket.replacing("api.sock", with: "state")
          let cleanup = try Command(
            node.router.namespace.command([
              Scene.executable, "run", "--cleanup", "--state-dir", state,
            ])
          ).outcome()
          #expect(cleanup.output.contains("ip link delete siaga4-52"))
          #expect(try !node.links().contains("siaga4-5"))
          let setting = "/proc/sys/net/ipv4/conf/wan/arp_ignore"
          #expect(try node.router.namespace.read(setting) == "0")
        }
      }
    }

    @Test(arguments: [false, true])
    func `a stranger with the address is named by its MAC, and hosts are told again whose it is`(
      isVirtual: Bool
    ) async throws {
      let addresses = isVirtual ? Self.addresses : Pair.addresses
      try await Pair.run({ Pair.configuration($0, addresses: addresses) }) { pair in
        try await pair.awaitCalm()
        try pair.stream().stop()
        let server = pair.network.server
        // On the outer side: the server has it, and says so.
        try server.ip("addr add 10.2.0.1/32 dev eth0")
        let words = try await pair.a.awaitTrouble("10.2.0.1 too", within: .seconds(70))
        #expect(words.contains(try server.hardware("eth0")) && words.contains("on wan"))
        try await pair.awaitHolder(pair.a)
        try server.ip("addr del 10.2.0.1/32 dev eth0")
      }
    }

    @Test
    func `an address that is for passing on alone answers nobody but who asks where it is`()
      async throws
    {
      let addresses = Self.addresses.replacing(
        "mac: virtual }", with: "mac: virtual, accept: false }")
      try await Pair.run({ Pair.configuration($0, addresses: addresses) }) { pair in
        try await pair.awaitCalm()
        let client = pair.network.client
        try await eventually("it is not reached", within: .seconds(5)) {
          let ping = ["ping", "-c", "1", "-W", "1", RouterPair.inside]
          return try !Command(client.command(ping)).outcome().exit.isSuccess
        }
        #expect(try client.neighbour(RouterPair.inside) == Self.hardware)
        try pair.stream().stop()
      }
    }

    @Test
    func `an interface of that name that is somebody else's is named, and left alone`() async throws
    {
      try await Pair.run(
        { Pair.configuration($0, addresses: Self.addresses) },
        prepare: { network, _ in
          try network.b.namespace.ip("link add siaga4-51 type bridge")
        }
      ) { pair in
        let words = try await pair.b.awaitTrouble("siaga4-51")
        #expect(words.contains("is not Siaga's"))
        #expect(try pair.b.links().contains("siaga4-51"))
        try pair.b.router.namespace.ip("link delete siaga4-51")
        try await pair.awaitCalm()
      }
    }
  }
}

extension PairNode {
  /// As `ip` shows all its interfaces.
  fileprivate func links() throws -> String {
    try Command.run("ip", "-n", router.namespace.name, "-d", "link", "show")
  }

  fileprivate func hasVirtualLink(_ name: String, _ hardware: String) throws -> Bool {
    let shown = try Command([
      "ip", "-n", router.namespace.name, "-d", "link", "show", "dev", name,
    ]).outcome().output
    return shown.contains(hardware) && shown.contains("macvlan mode bridge")
      && shown.contains("LOWER_UP") && shown.contains("group 83")
  }
}
