import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// Interfaces come and go by the hundred, as where containers are started, and notices are lost.
  struct InterfaceStormTests {
    private static let pairs = Environment.isSoak ? 2_000 : 500

    @Test
    func `a thousand interfaces that come and go delay no switch, and cost little`() async throws {
      try await Scene.steady(asked: 2) { scene in
        let gateway = scene.network.gateway
        let numbers = 0..<Self.pairs
        let (before, start) = (try scene.daemon.processorTime(), Moment.now)
        let storm = Crowd(1) { _ in
          for batch in stride(from: 0, to: numbers.count, by: 50) {
            let names = (batch..<batch + 50).map { "storm\($0)" }
            try? gateway.ip(names.map { "link add \($0) type veth peer name \($0)p" })
            try? gateway.ip(names.map { "link set \($0) up" })
            try? gateway.ip(names.map { "link del \($0)" })
          }
        }
        try await scene.switchesInTime()
        try await storm.isOver(within: .seconds(120))
        let (used, took) = (try scene.daemon.processorTime() - before, Moment.now - start)
        #expect(used < took * 0.7, "\(used) of \(took)")
        let left = try scene.ip("-o", "link").split(separator: "\n").count { $0.contains("storm") }
        #expect(left == 0)
      }
    }

    /// More than its socket holds; what is old by then moves nothing.
    @Test
    func `notices lost while it was stopped are made up for, and old ones move nothing`()
      async throws
    {
      try await Scene.steady { scene in
        let before = try await scene.resyncs()
        try await scene.daemon.stop()
        try scene.network.isp1.cable.pull()
        try scene.flood()
        try scene.network.isp1.cable.plug()
        scene.daemon.program.signal(SIGCONT)
        try await scene.await("it is read again") { $0.unfinished == 0 }
        #expect(try await scene.resyncs() > before)
      }
    }

    @Test
    func `a loss among the notices that were lost is seen`() async throws {
      try await Scene.run { scene in
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        try await scene.daemon.stop()
        try scene.flood()
        try scene.network.isp1.cable.pull()
        scene.daemon.program.signal(SIGCONT)
        let woken = Moment.now
        try await scene.awaitWay(scene.network.isp2)
        #expect(Moment.now - woken < .seconds(1))
        try scene.network.isp1.cable.plug()
        try await scene.awaitHolder("isp1")
      }
    }
  }
}

extension Scene {
  /// Default routes, of which it is told whoever's they are.
  fileprivate func flood() throws {
    try network.gateway.ip(
      (0..<8_000).flatMap { _ in
        ["route add default dev ether3 table 99", "route del default dev ether3 table 99"]
      })
  }

  fileprivate func resyncs() async throws -> Int {
    let metrics = try await client.metrics()
    let count = try #require(metrics.firstMatch(of: /siaga_resyncs_total ([0-9]+)/)?.1)
    return try #require(Int(count))
  }
}
