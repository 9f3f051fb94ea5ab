import Client
import Foundation
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// Where memory is kept, there is no room, or nobody may write.
  struct DiskTests {
    @Test
    func `a full disk delays no switch, is told, and what was to be stored is stored later`()
      async throws
    {
      try await Scene.steady(asked: 2) { scene in
        let state = scene.state
        try scene.mounted("mount -t tmpfs -o size=16k none \(state)")
        try scene.mounted("cat /dev/zero >\(state)/ballast || true")
        #expect(try scene.siaga("switch", "internet", "isp1").exit.isSuccess)
        try await scene.awaitTrouble("(ENOSPC: No space left on device); make room there")
        try await scene.switchesInTime()
        try scene.mounted("rm \(state)/ballast")
        try await scene.await("all is well") { $0.troubles.isEmpty }
        #expect(try scene.mounted("cat \(state)/memory.json").contains("\"member\" : \"isp1\""))
        #expect(try scene.siaga("auto", "internet").exit.isSuccess)
      }
    }

    @Test
    func `a disk that became read-only is the same`() async throws {
      try await Scene.steady(asked: 2) { scene in
        let state = scene.state
        try scene.mounted("mount -t tmpfs -o ro,size=64k none \(state)")
        #expect(try scene.siaga("switch", "internet", "isp1").exit.isSuccess)
        try await scene.awaitTrouble("remount it")
        try await scene.switchesInTime()
        try scene.mounted("mount -o remount,rw \(state)")
        try await scene.await("all is well") { $0.troubles.isEmpty }
        #expect(try scene.mounted("cat \(state)/memory.json").contains("\"member\" : \"isp1\""))
        #expect(try scene.siaga("auto", "internet").exit.isSuccess)
      }
    }

    /// What is cut off, empty or somebody else's; and a directory, which nobody can write over.
    @Test(arguments: [
      "", "{", "[1, 2]", "{ \"version\" : 1, \"pins\" : { \"internet\" : {", "\0\0\0\0",
    ])
    func `a broken memory is set aside, and said once`(text: String) async throws {
      try await Scene.run { scene in
        try await scene.awaitHolder("isp1")
        scene.daemon.kill()
        let before = scene.daemon.logTail(lines: 1_000)
        try FileWriter.write("half of it", to: "\(scene.state)/memory.json.new")
        try FileWriter.write(text, to: "\(scene.state)/memory.json")
        for _ in 0..<2 {
          try scene.daemon.start()
          try await scene.awaitHolder("isp1")
          scene.daemon.kill()
        }
        let said = scene.daemon.logTail(lines: 1_000).dropFirst(before.count)
        #expect(said.components(separatedBy: "cannot be read, so pins").count == 2, "\(said)")
        #expect(access("\(scene.state)/memory.json.unreadable", F_OK) == 0)
        try scene.daemon.start()
        try await scene.awaitHealth()
        try await scene.stillSwitches()
      }
    }
  }
}

extension Scene {
  var state: String { daemon.socket.replacing("api.sock", with: "state") }

  /// A line of a shell that sees files as the daemon does: what it mounts goes with the daemon.
  @discardableResult
  func mounted(_ line: String) throws -> String {
    try Command.run("nsenter", "-m", "-t", "\(daemon.program.pid)", list: ["sh", "-c", line])
  }

  func awaitTrouble(_ words: String) async throws {
    try await self.await("a trouble with \(words)") { status in
      status.troubles.contains { $0.contains(words) }
    }
  }
}
