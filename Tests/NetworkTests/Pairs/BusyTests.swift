import Client
import Glibc
import Lab
import Model
import Testing

extension Pairs {
  /// Advertisements of 10 ms on processors that others want too.
  struct BusyTests {
    private static let addresses = """
      [{ address: 10.1.0.1/24, interface: lan, vrid: 51, advertise: 10ms },
              { address: 10.2.0.1/24, interface: wan, vrid: 52, advertise: 10ms }]
      """
    private static let more = """
      cluster: { key-file: KEY, heartbeat: 10ms, fall: 3 }
      process: { realtime: 10, memory: locked }
      """

    /// For so many minutes as SIAGA_SOAK says: ten are a proof, one is a try.
    @Test(.enabled(if: Environment.isSoak, "only with SIAGA_SOAK"))
    func `with real-time priority nobody takes over, however busy the processors`() async throws {
      let minutes = Environment.value("SIAGA_SOAK").flatMap { Int($0) } ?? 10
      try await Pair.run {
        Pair.configuration($0, addresses: Self.addresses, more: Self.more)
      } _: { pair in
        try await pair.awaitCalm()
        let before = try await pair.b.client.status().groups[0].switches
        let times = try await pair.loopTimes()
        let watch = try AddressWatch(RouterPair.inside, on: pair.b.router)
        defer { watch.stop() }
        let count = 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let hogs = try (0..<count).map { _ in
          try Program(["sh", "-c", "while :; do :; done"], log: "/dev/null")
        }
        defer { hogs.forEach { $0.end() } }
        let end = Moment.now + .seconds(60 * minutes)
        while Moment.now < end {
          try await Task.sleep(for: .seconds(1))
          guard watch.changes.contains(where: { $0.isHere }) else { continue }
          let most = zip(try await pair.loopTimes(), times).map { $0.most(since: $1) }
          Issue.record("b took over; the longest turns and latenesses in seconds: \(most)")
          return
        }
        let after = try await pair.b.client.status().groups[0]
        #expect(after.switches == before && after.active == ["a"])
      }
    }
  }
}
