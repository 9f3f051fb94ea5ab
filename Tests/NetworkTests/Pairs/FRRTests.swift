import Client
import Glibc
import Lab
import Model
import Testing

extension Pairs {
  /// Siaga on a, FRR's vrrpd on b.
  @Suite(.enabled(if: access("/usr/lib/frr/vrrpd", X_OK) == 0, "needs frr"))
  struct FRRTests {
    @Test(arguments: [Dialect.version3, .ipv6])
    func `a better Siaga holds, hands over when it ends, and takes it back`(
      dialect: Dialect
    ) async throws {
      try await Self.run(dialect, priority: 150) { mixed in
        try await mixed.settled(on: .ours)
        let watch = try AddressWatch(dialect.address, isServing: true, on: mixed.network.b)
        defer { watch.stop() }
        let ended = Moment.now
        #expect(mixed.node.daemon.end().isSuccess)
        try await mixed.awaitHolder(.theirs)
        let took = try watch.awaitChange() - ended
        print("FRR, \(dialect): it has it after \(took)")
        #expect(took < dialect.interval * 3, "nobody told it")
        try await mixed.comesToRest(on: .theirs)
        try mixed.node.daemon.start()
        try await mixed.settled(on: .ours)
      }
    }

    @Test(arguments: [Dialect.version3, .ipv6])
    func `a better FRR holds; Siaga takes over when it is cut off, and gives back`(
      dialect: Dialect
    ) async throws {
      try await Self.run(dialect, priority: 220) { mixed in
        try await mixed.comesToRest(on: .theirs)
        try mixed.network.b.cable(.lan).pull()
        let cut = Moment.now
        try await mixed.awaitHolder(.ours)
        print("FRR, \(dialect): Siaga has it after \(Moment.now - cut)")
        #expect(Moment.now - cut < dialect.down + .milliseconds(150))
        try mixed.network.b.cable(.lan).plug()
        try await mixed.comesToRest(on: .theirs)
      }
    }

    @Test(arguments: [Dialect.version3, .ipv6], [150, 220])
    func `with a virtual MAC on both sides, the better one holds, and hands over when it ends`(
      dialect: Dialect, priority: Int
    ) async throws {
      let ours = priority < 200
      try await Self.run(dialect, priority: priority, addresses: dialect.virtualAddresses) {
        mixed in
        try await mixed.comesToRest(on: ours ? .ours : .theirs)
        if ours {
          #expect(mixed.node.daemon.end().isSuccess)
        } else {
          mixed.peer.end()
        }
        try await mixed.comesToRest(on: ours ? .theirs : .ours)
        if ours { try mixed.node.daemon.start() } else { try mixed.peer.start() }
        try await mixed.comesToRest(on: ours ? .ours : .theirs)
      }
    }

    private static func run(
      _ dialect: Dialect, priority: Int, addresses virtual: String? = nil,
      _ body: (Mixed) async throws -> Void
    ) async throws {
      let tag = Scene.tag()
      let network = try RouterPair(tag: tag)
      let addresses =
        dialect == .ipv6 ? ["fe80::1/64", "fd00:1::1/64"] : ["\(RouterPair.inside)/24"]
      let peer = try FRRouter(
        priority: priority, interval: 100, addresses: addresses, by: "lan", on: network.b,
        tag: tag)
      try await Mixed.run(dialect, network, peer, group: "", tag: tag, addresses: virtual, body)
    }
  }
}
