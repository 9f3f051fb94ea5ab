import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// The kernel routes, and will not hear of tracked flows.
  struct TrackingRefusedTests {
    @Test(arguments: [(EPERM, "EPERM"), (ENOBUFS, "ENOBUFS")])
    func `cables are switched, it is told once, and flows are ended once it can be done`(
      code: Int32, name: String
    ) async throws {
      let gate = NetfilterGate()
      try await Scene.run { scene in
        try await scene.awaitHolder("isp1")
        scene.daemon.kill()
        try scene.daemon.start(behind: gate)
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        let stream = try scene.network.stream()
        defer { stream.stop() }
        try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
        gate.refuse(with: code)
        try await scene.switchesInTime()
        let pulled = try scene.network.isp1.cable.pull()
        try await scene.awaitWay(scene.network.isp2)
        #expect(Moment.now - pulled < .seconds(1))
        try await scene.await("it is told") { status in
          status.troubles.contains {
            $0.contains("tracked flows could not be ended") && $0.contains(name)
          }
        }
        // It has been tried again since, and there was nothing new to say.
        let tried = gate.refusals
        try await eventually("it is tried again", within: .seconds(10)) {
          gate.refusals > tried + 2
        }
        let said = scene.daemon.logTail(lines: 1_000).split(separator: "\n")
        #expect(said.count { $0.contains("tracked flows could not be ended") } == 1)
        gate.refuse(with: nil)
        try stream.awaitFlow(from: "10.20.1.2", within: .seconds(15))
        try await scene.await("nothing is in the way", within: .seconds(15)) {
          $0.troubles.isEmpty
        }
        stream.stop()
        try scene.network.isp1.cable.plug()
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        try await scene.stillSwitches()
      }
    }
  }
}
