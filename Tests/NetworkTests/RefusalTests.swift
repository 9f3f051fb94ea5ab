import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// What the daemon asks for help refuses.
  struct RefusalTests {
    @Test
    func `without nft a cable is switched, it is told, and the table is loaded once it can be`()
      async throws
    {
      let scratch = try ScratchDirectory(tag: Scene.tag())
      let real = try Command.run("sh", list: ["-c", "command -v nft"]).split(separator: "\n")[0]
      try Command.run("cp", String(real), scratch.file("real"))
      try scratch.write("#!/bin/sh\necho broken by hand >&2\nexit 3\n", to: "nft")
      try Command.run("chmod", "+x", scratch.file("nft"))
      let mounts = [Mount(scratch.file("nft"), at: String(real))]
      try await Scene.run(SeedConfiguration.fast.text, seeing: mounts) { scene in
        try await scene.awaitWay(scene.network.isp1)
        try await scene.await("it is told") { status in
          status.unfinished > 0
            && status.troubles.contains {
              $0.contains("broken by hand") && $0.contains("is `nft` installed?")
            }
        }
        try await scene.awaitHealth()
        try await scene.switchesInTime()
        try scratch.write("#!/bin/sh\nexec \(scratch.file("real")) \"$@\"\n", to: "nft")
        try await scene.awaitHolder("isp1", within: .seconds(15))
        try await scene.await("nothing is in the way") { $0.troubles.isEmpty }
        try await scene.stillSwitches()
      }
    }

    /// The most that it used until now, and a little: what clients make it take must fit.
    @Test
    func `within a limit of memory it bears the largest questions and answers`() async throws {
      guard let group = try MemoryGroup() else { return }  // this machine has none to give
      defer { group.remove() }
      try await Scene.steady(asked: 2) { scene in
        try group.take(
          scene.daemon.program.pid, limit: try scene.daemon.residentMemory() + 96 << 20)
        let body = String(repeating: "# a comment of many\n", count: 50_000)
        let head =
          "POST /v1/plan HTTP/1.1\r\nhost: siaga\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
        let clients = (0..<40).map { _ in RawClient(scene.daemon.socket) }
        for client in clients { client?.say(head + body) }
        try await scene.switchesInTime()
        for _ in 0..<20 { _ = try await scene.client.metrics() }
      }
    }
  }
}

/// A cgroup of ours with a limit of memory, of whichever version there is.
private struct MemoryGroup {
  private let path: String
  private let limit: String

  init?() throws {
    let name = "siaga-test-\(getpid())"
    let places = [
      ("/sys/fs/cgroup/memory/\(name)", "memory.limit_in_bytes"),
      ("/sys/fs/cgroup/\(name)", "memory.max"),
    ]
    for (path, limit) in places where mkdir(path, 0o755) == 0 {
      if access("\(path)/\(limit)", W_OK) == 0 {
        (self.path, self.limit) = (path, limit)
        return
      }
      rmdir(path)
    }
    return nil
  }

  func take(_ process: Int32, limit bytes: Int) throws {
    try FileWriter.write("\(bytes)", to: "\(path)/\(limit)")
    try FileWriter.write("\(process)", to: "\(path)/cgroup.procs")
  }

  /// Once nobody is in it.
  func remove() { rmdir(path) }
}
