import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// What a daemon needs of its machine runs out.
  struct ExhaustionTests {
    /// Checks that need descriptors each time they ask, and a hook.
    private static func hungry(_ scratch: ScratchDirectory) -> String {
      "on-change: [[/bin/sh, -c, 'echo $SIAGA_TO >>\(scratch.file("told"))']]\n"
        + SeedConfiguration.fast.text.replacing(
          "check: gateway",
          with: """
            check:
                  - gateway
                  - { exec: /bin/true, every: 1s, timeout: 1s, fall: 3, rise: 1 }
                  - { file: \(scratch.file("well")), every: 1s, timeout: 1s, fall: 3, rise: 1 }
            """)
    }

    @Test
    func `without descriptors nobody is called down, a cable is switched, and all is made up for`()
      async throws
    {
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write("up\n", to: "well")
      try await Scene.run(Self.hungry(scratch)) { scene in
        try await scene.awaitHolder("isp1")
        let stream = try scene.network.stream()
        defer { stream.stop() }
        try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
        let before = try await scene.client.status().groups[0].switches
        try scene.daemon.limit("nofile=8:")
        // Those who connect wait in the queue, and cost nothing.
        let impatient = DaemonClient(socket: scene.daemon.socket, timeout: .seconds(2))
        let load = try await scene.daemon.load {
          await #expect(throws: DaemonError.self) { _ = try await impatient.status() }
        }
        #expect(load < 0.4, "\(load) of a processor")
        try await scene.awaitWay(scene.network.isp1)
        try scene.network.isp1.cable.pull()
        try await scene.awaitWay(scene.network.isp2)
        try await scene.awaitLog("raise LimitNOFILE")
        try scene.daemon.limit("nofile=1024:")
        let status = try await scene.awaitHolder("isp2", within: .seconds(10))
        #expect(status.switches == before + 1)
        // Flows that could not be ended then are ended now.
        try stream.awaitFlow(from: "10.20.1.2", within: .seconds(15))
        try scene.network.isp1.cable.plug()
        try await scene.awaitHolder("isp1")
        try await scene.await("nothing is in the way") { $0.troubles.isEmpty }
        try await eventually("hooks are told again", within: .seconds(5)) {
          try scratch.read("told").hasSuffix("isp1\n")
        }
      }
    }
  }
}
