import Client
import Glibc
import Lab
import Model
import Testing

extension Pairs {
  /// A node starts, ends, is killed or stopped: who has the addresses, and what is lost.
  struct DeathTests {
    /// Heartbeats are missed three times, or advertisements (RFC 9568: 3 × 100 ms and the skew).
    private static let noticed = Duration.milliseconds(450)

    @Test
    func `both start at once, and one holds`() async throws {
      try await Pair.run { pair in
        let watches = try pair.nodes.map { try AddressWatch(RouterPair.inside, on: $0.router) }
        defer { watches.forEach { $0.stop() } }
        try await pair.awaitCalm()
        try await Task.sleep(for: .seconds(1))
        #expect(watches[0].changes.last?.isHere == true)
        #expect(!watches[1].changes.contains { $0.isHere }, "b had it too, for a while")
      }
    }

    @Test
    func `one that is killed loses the addresses at once, and the other has them`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let watches = try pair.nodes.map { try AddressWatch(RouterPair.inside, on: $0.router) }
        defer { watches.forEach { $0.stop() } }
        let killed = pair.a.daemon.kill()
        try await pair.awaitHolder(pair.b)
        let (left, came) = (
          try watches[0].awaitChange() - killed, try watches[1].awaitChange() - killed
        )
        print("killed: a had it for \(left) more, b after \(came)")
        #expect(left < .milliseconds(100))
        #expect(came < Self.noticed)
        try pair.a.daemon.start()
        try await pair.awaitHolder(pair.a)
      }
    }

    @Test
    func `killed with its guard, its addresses end by themselves`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let guardian = try #require(try pair.a.guardian())
        let killed = Moment.now
        kill(guardian, SIGKILL)
        pair.a.daemon.kill()
        try await eventually("b has it", within: .seconds(3)) {
          try pair.b.router.has(RouterPair.inside)
        }
        try await eventually("a's have ended", within: .seconds(4)) {
          try !pair.a.router.has(RouterPair.inside) && !pair.a.router.has(RouterPair.outside)
        }
        print("lifetimes ended after \(Moment.now - killed)")
        #expect(Moment.now - killed < .seconds(3))
        try await pair.awaitHolder(pair.b)
      }
    }

    @Test
    func `a guard that is killed alone is started again, and does its work`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let first = try #require(try pair.a.guardian())
        kill(first, SIGKILL)
        try await eventually("another guard", within: .seconds(5)) {
          try pair.a.guardian().map { $0 != first } ?? false
        }
        #expect(try pair.a.router.has(RouterPair.inside))
        let killed = pair.a.daemon.kill()
        try await eventually("it removed them", within: .seconds(3)) {
          try !pair.a.router.has(RouterPair.inside)
        }
        #expect(Moment.now - killed < .seconds(1))
      }
    }

    @Test(arguments: 0..<3)
    func `one that ends hands over, and nothing is lost`(round: Int) async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let stream = try pair.stream()
        defer { stream.stop() }
        let start = Moment.now
        // And back: whoever comes again takes over without a gap.
        for (holder, isEnd) in [(pair.b, true), (pair.a, false)] {
          let echoes = try Echoes(to: RouterPair.inside, from: pair.network.client)
          if isEnd {
            #expect(pair.a.daemon.end().isSuccess)
          } else {
            try pair.a.daemon.start()
          }
          try await pair.awaitHolder(holder)
          #expect(try echoes.lost() == 0, "as \(holder.name) takes over, in round \(round)")
        }
        let end = Moment.now
        (end + PacketStream.patience).sleep()
        #expect(stream.report(from: start, to: end).lost == 0, "of what is forwarded")
      }
    }

    @Test
    func `one that is stopped loses the addresses, and gives way when it goes on`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let stopped = Moment.now
        pair.a.daemon.program.signal(SIGSTOP)
        try await eventually("b has it", within: .seconds(3)) {
          try pair.b.router.has(RouterPair.inside)
        }
        #expect(Moment.now - stopped < .seconds(1))
        try await eventually("a has it no more", within: .seconds(4)) {
          try !pair.a.router.has(RouterPair.inside)
        }
        pair.a.daemon.program.signal(SIGCONT)
        // It is the better one, and well again.
        try await pair.awaitHolder(pair.a)
        try await Task.sleep(for: .milliseconds(500))
        try await pair.awaitHolder(pair.a)
      }
    }

    /// Too short for anybody to miss it.
    @Test
    func `stopped for two advertisements, it goes on as the holder`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let before = try await pair.b.client.status().groups[0].switches
        for _ in 0..<5 {
          pair.a.daemon.program.signal(SIGSTOP)
          try await Task.sleep(for: .milliseconds(150))
          pair.a.daemon.program.signal(SIGCONT)
          try await Task.sleep(for: .milliseconds(300))
        }
        try await pair.awaitHolder(pair.a)
        #expect(try await pair.b.client.status().groups[0].switches == before)
      }
    }

    @Test
    func `a restart keeps the addresses when nobody else lives, and loses nothing`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        pair.b.daemon.kill()
        try await pair.a.await("b is missed") { status in
          status.groups[0].members[1].obstacles == [.peerSilent]
        }
        let stream = try pair.stream()
        defer { stream.stop() }
        let watch = try AddressWatch(RouterPair.inside, on: pair.a.router)
        defer { watch.stop() }
        let start = Moment.now
        for isGraceful in [false, true] {
          if isGraceful { pair.a.daemon.end() } else { pair.a.daemon.kill() }
          try await Task.sleep(for: .seconds(3))  // longer than anything lent would live
          #expect(try pair.a.router.has(RouterPair.inside), "graceful: \(isGraceful)")
          try pair.a.daemon.start()
          try await pair.awaitHolder(pair.a)
        }
        let end = Moment.now
        (end + PacketStream.patience).sleep()
        #expect(stream.report(from: start, to: end).lost == 0)
        #expect(watch.changes.count == 1, "it was away for a while")
      }
    }
  }
}
