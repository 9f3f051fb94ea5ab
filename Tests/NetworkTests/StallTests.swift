import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// The daemon gets no processor for a while: whoever is late is not the network.
  struct StallTests {
    /// Two probes in ten milliseconds: much is under way whenever it is stopped.
    private static let dense = SeedConfiguration(
      check: .init(every: .milliseconds(10), timeout: .milliseconds(50), fall: 3, rise: 2)
    ).text

    @Test(arguments: Environment.isSoak ? [1, 5, 60] : [1, 5])
    func `stopped and continued, it calls nobody down`(seconds: Int) async throws {
      try await Scene.steady(Self.dense) { scene in
        try await scene.daemon.stop()
        try await Task.sleep(for: .seconds(seconds))
        scene.daemon.program.signal(SIGCONT)
        try await scene.awaitProbes(200)
      }
    }

    /// Wherever in a turn it is stopped.
    @Test
    func `stopped again and again for longer than a probe may take, it calls nobody down`()
      async throws
    {
      try await Scene.steady(Self.dense) { scene in
        var random = SystemRandomNumberGenerator()
        for _ in 0..<(Environment.isSoak ? 2_000 : 25) {
          try await scene.daemon.stop()
          try await Task.sleep(for: .milliseconds(60))
          scene.daemon.program.signal(SIGCONT)
          (Moment.now + .microseconds(Int.random(in: 0..<20_000, using: &random))).sleep()
        }
        try await scene.awaitProbes(200)
      }
    }

    @Test
    func `what was cut while it was stopped is switched as it wakes`() async throws {
      try await Scene.run { scene in
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        try await scene.daemon.stop()
        try scene.network.isp1.cable.pull()
        try await Task.sleep(for: .milliseconds(500))
        scene.daemon.program.signal(SIGCONT)
        let woken = Moment.now
        try await scene.awaitWay(scene.network.isp2)
        #expect(Moment.now - woken < .milliseconds(500))
      }
    }

    @Test
    func `as many hogs as processors, as important as it is, are no reason to switch`() async throws
    {
      try await Scene.steady { scene in
        try await Self.hog(for: 2, as: [])
        try await scene.awaitProbes(20)
      }
    }

    /// Of a processor that somebody of real-time priority has, others get a twentieth; so do the tests
    /// that run beside this one.
    @Test(.enabled(if: Environment.isSoak, "only with SIAGA_SOAK"))
    func `nor is a hog of real-time priority on its only processor`() async throws {
      try await Scene.steady { scene in
        try Command.run("taskset", "-a", "-c", "-p", "0", "\(scene.daemon.program.pid)")
        try await Self.hog(for: 2, as: ["taskset", "-c", "0", "chrt", "-f", "50"])
        try await scene.awaitProbes(20)
      }
    }

    /// On each processor that they may have; waits for their end, which the kernel sees to: nobody of
    /// lower rank could.
    private static func hog(for seconds: Int, as rank: [String]) async throws {
      let spin = "(ulimit -t \(seconds); while :; do :; done)"
      let count = rank.isEmpty ? sysconf(Int32(_SC_NPROCESSORS_ONLN)) : 1
      let line = Array(repeating: "\(spin) &", count: count).joined(separator: " ") + " wait"
      let hog = try Program(rank + ["sh", "-c", line], log: "/dev/null")
      try await eventually("the hog is gone", within: .seconds(60)) { !hog.isRunning }
    }
  }
}

extension Scene {
  /// Waits until so many more probes of isp1 were sent.
  fileprivate func awaitProbes(_ count: Int) async throws {
    let before = try await client.status().groups[0].members[0].checks[0].sent
    try await self.await("\(count) more probes", within: .seconds(20)) {
      $0.groups[0].members[0].checks[0].sent >= before + count
    }
  }
}
