import Client
import Lab
import Model
import Synchronization
import Testing
import Wire

extension Pairs {
  /// Advertisements by somebody else's encoder, right and wrong, and more than anybody can read.
  struct ForgeryTests {
    private static let hasScapy =
      (try? Command(["/usr/bin/python3", "-c", "import scapy"]).outcome())?.exit.isSuccess ?? false

    /// Each wrong in one way, with a priority that nobody can refuse; three of each.
    private static let script = """
      import sys
      from scapy.all import Ether, IP, Raw, get_if_hwaddr, sendp
      from scapy.layers.vrrp import VRRP, VRRPv3
      def send(message, ttl=255, count=3):
          frame = Ether(src=get_if_hwaddr('lan'), dst='01:00:5e:00:00:12')
          packet = IP(src='10.1.0.3', dst='224.0.0.18', ttl=ttl, proto=112) / message
          sendp(frame / packet, iface='lan', count=count, verbose=False)
      def right(priority=255, **other):
          usual = dict(vrid=51, priority=priority, adv=10, addrlist=['10.1.0.1'])
          return VRRPv3(**{**usual, **other})
      def raw(place, value):
          frame = IP(bytes(IP(src='10.1.0.3', dst='224.0.0.18', proto=112) / right()))
          message = bytearray(bytes(frame.payload))
          message[place] = value
          return Raw(bytes(message))
      if sys.argv[1] == 'right':
          send(right(priority=int(sys.argv[2])), count=1)
      else:
          send(right(chksum=0x1234))
          send(right(), ttl=254)
          send(VRRP(vrid=51, priority=255, adv=1, addrlist=['10.1.0.1']))
          send(raw(0, 0x32))
          send(raw(3, 0))
          send(raw(3, 9))
          send(right(adv=0))
          send(right(vrid=99))
          send(Raw(b'\\x31\\x33\\xff'))

      """

    @Test(.enabled(if: hasScapy, "needs scapy"))
    func
      `another encoder's advertisements are understood, and each bad one is counted by its reason`()
      async throws
    {
      try await Self.beside(.version3) { mixed, scratch in
        let lan = mixed.network.b.namespace
        let watch = try AddressWatch(RouterPair.inside, on: mixed.network.a)
        defer { watch.stop() }
        try Command.run(lan.command(["/usr/bin/python3", scratch.file("forge.py"), "wrong"]))
        let expected: [VRRPRefusal: Int] = [
          .checksum: 3, .hopLimit: 3, .version: 3, .type: 3, .count: 6, .interval: 3,
          .unknownRouter: 3, .tooShort: 3,
        ]
        for (refusal, count) in expected {
          let line = "siaga_vrrp_refused_total{reason=\"\(refusal.rawValue)\"} \(count)\n"
          let metrics = try await mixed.node.client.metrics()
          #expect(metrics.contains(line), "\(line)")
        }
        let status = try await mixed.node.client.status()
        #expect(status.troubles.contains { $0.contains("10.1.0.3 on lan") })
        #expect(watch.changes.count == 1, "one of them moved it")
        // The same encoder's right ones: a weaker one is answered, a stronger one obeyed.
        try Command.run(
          lan.command(["/usr/bin/python3", scratch.file("forge.py"), "right", "100"]))
        #expect(watch.changes.count == 1)
        try Command.run(
          lan.command(["/usr/bin/python3", scratch.file("forge.py"), "right", "250"]))
        try await eventually("it gave way", within: .seconds(2)) {
          watch.changes.count >= 2
        }
        try await mixed.awaitHolder(.ours)
      }
    }

    @Test(arguments: [VRRPFlood.Kind.forged, .weaker])
    func `a flood delays no advertisement, and moves nothing`(kind: VRRPFlood.Kind) async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let before = try await pair.b.client.status().groups[0].switches
        let watch = try AddressWatch(RouterPair.inside, on: pair.b.router)
        defer { watch.stop() }
        let scratch = try ScratchDirectory(tag: Scene.tag())
        let eye = try Program(
          [
            "tcpdump", "-i", "eth0", "-l", "-n", "-tt", "--immediate-mode",
            "ip proto 112 and src host 10.1.0.2",
          ], in: pair.network.client, log: scratch.file("seen"))
        defer { eye.end() }
        try await eventually("they are seen", within: .seconds(5)) {
          try scratch.read("seen").contains("prio 200")
        }
        let flood = VRRPFlood(kind, for: .seconds(4), from: pair.network.server)
        try await Task.sleep(for: .seconds(4))
        let rate = try flood.end() / 4
        let times = try scratch.read("seen").split(separator: "\n").compactMap { line in
          line.contains("prio 200") ? Double(line.prefix { $0 != " " }) : nil
        }
        let gaps = zip(times.dropFirst(), times).map { ($0 - $1) * 1_000 }.sorted()
        print("\(kind): \(rate) a second; \(gaps.count) gaps, the longest \(gaps.last ?? 0) ms")
        #expect(rate > 50_000)
        #expect(gaps.count > 35)
        #expect((gaps.last ?? .infinity) < 200, "of 100 ms")
        #expect(watch.changes.count == 1, "b had it for a while")
        #expect(try await pair.b.client.status().groups[0].switches == before)
        try await pair.awaitHolder(pair.a)
      }
    }

    private static func beside(
      _ dialect: Dialect, _ body: (Mixed, ScratchDirectory) async throws -> Void
    ) async throws {
      let tag = Scene.tag()
      let scratch = try ScratchDirectory(tag: tag)
      try scratch.write(script, to: "forge.py")
      let network = try RouterPair(tag: tag)
      try await Mixed.run(dialect, network, Nobody(), group: "", tag: tag) { mixed in
        try await mixed.settled(on: .ours)
        try await body(mixed, scratch)
      }
    }
  }
}
