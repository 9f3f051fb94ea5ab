import Client
import Lab
import Model
import Testing

extension Pairs {
  /// Siaga on a, keepalived on b: whose the address is, b's own kernel tells.
  @Suite(.enabled(if: Command.exists("keepalived"), "needs keepalived"))
  struct KeepalivedTests {
    @Test(arguments: Dialect.allCases)
    func `a better Siaga holds, hands over when it ends, and takes it back`(
      dialect: Dialect
    ) async throws {
      try await Self.run(dialect, dialect.settings(priority: 150)) { mixed in
        try await mixed.settled(on: .ours)
        let ended = Moment.now
        #expect(mixed.node.daemon.end().isSuccess)
        try await mixed.awaitHolder(.theirs)
        // Whoever heard of no end would wait for three intervals.
        let took = Moment.now - ended
        print("keepalived, \(dialect): it has it after \(took)")
        #expect(took < dialect.interval * 3, "nobody told it")
        try await mixed.settled(on: .theirs)
        try mixed.node.daemon.start()
        try await mixed.settled(on: .ours)
      }
    }

    @Test(arguments: Dialect.allCases)
    func `a better keepalived holds; Siaga takes over when it ends, and gives back`(
      dialect: Dialect
    ) async throws {
      try await Self.run(dialect, dialect.settings(priority: 220)) { mixed in
        try await mixed.settled(on: .theirs)
        let watch = try AddressWatch(dialect.address, on: mixed.network.a)
        defer { watch.stop() }
        let ended = mixed.peer.end()
        try await mixed.awaitHolder(.ours)
        let took = try watch.awaitChange() - ended
        print("keepalived, \(dialect): Siaga has it after \(took)")
        #expect(took < dialect.interval * 2)
        try mixed.peer.start()
        try await mixed.settled(on: .theirs)
        // Without a word: its adverts end, and its address stays with nobody to take it.
        try mixed.network.b.cable(.lan).pull()
        try await eventually("Siaga has it", within: dialect.down + .seconds(1)) {
          try mixed.network.a.has(dialect.address)
        }
      }
    }

    @Test
    func `a keepalived that does not preempt leaves it where it is`() async throws {
      let dialect = Dialect.version3
      try await Self.run(dialect, dialect.settings(priority: 220, more: ["nopreempt"])) { mixed in
        mixed.peer.end()
        try await mixed.awaitHolder(.ours)
        try mixed.peer.start()
        try await mixed.settled(on: .ours)
      }
    }

    @Test
    func `nor does Siaga take it back when failback is manual`() async throws {
      let dialect = Dialect.version3
      try await Self.run(
        dialect, dialect.settings(priority: 150), group: "failback: manual"
      ) { mixed in
        try await mixed.settled(on: .ours)
        mixed.node.daemon.end()
        try await mixed.awaitHolder(.theirs)
        try mixed.node.daemon.start()
        try await mixed.node.await("it knows who holds") { $0.groups.first?.active == ["b"] }
        try await mixed.settled(on: .theirs)
        #expect(try mixed.node.siaga("failback", "gateway").exit.isSuccess)
        try await mixed.settled(on: .ours)
      }
    }

    @Test
    func `one that authenticates is refused with what to do, and counted`() async throws {
      let dialect = Dialect.version2
      let secret = ["authentication {", "auth_type PASS", "auth_pass secret", "}"]
      try await Self.run(dialect, dialect.settings(priority: 150, more: secret)) { mixed in
        let words = try await mixed.node.awaitTrouble("authenticated")
        #expect(words.contains("10.1.0.3 on lan") && words.contains("auth_type"), "\(words)")
        #expect(!words.contains("secret"))
        let metrics = try await mixed.node.client.metrics()
        #expect(metrics.contains("siaga_vrrp_refused_total{reason=\"authenticated"))
        #expect(try mixed.network.a.has(dialect.address))
      }
    }

    @Test(arguments: [Dialect.version3, .ipv6], [150, 220])
    func `with a virtual MAC on both sides, the better one holds, and hands over when it ends`(
      dialect: Dialect, priority: Int
    ) async throws {
      let ours = priority < 200
      try await Self.run(
        dialect, dialect.settings(priority: priority, more: ["use_vmac"]),
        addresses: dialect.virtualAddresses
      ) { mixed in
        try await mixed.settled(on: ours ? .ours : .theirs)
        if ours {
          #expect(mixed.node.daemon.end().isSuccess)
        } else {
          mixed.peer.end()
        }
        try await mixed.settled(on: ours ? .theirs : .ours)
        if ours { try mixed.node.daemon.start() } else { try mixed.peer.start() }
        try await mixed.settled(on: ours ? .ours : .theirs)
      }
    }

    private static func run(
      _ dialect: Dialect, _ settings: Keepalived.Settings, group: String = "",
      addresses: String? = nil, _ body: (Mixed) async throws -> Void
    ) async throws {
      let tag = Scene.tag()
      let network = try RouterPair(tag: tag)
      let peer = try Keepalived(settings, by: "lan", on: network.b, tag: tag)
      try await Mixed.run(
        dialect, network, peer, group: group, tag: tag, addresses: addresses, body)
    }
  }
}
