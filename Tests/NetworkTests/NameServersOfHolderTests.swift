import Foundation
import Lab
import Model
import Testing

/// What programs on the gateway are told to ask for names, beside real switches.
@Suite(.enabled(if: Environment.isRoot, "needs root"))
struct NameServersOfHolderTests {
  private static let before = "# by hand\nsearch example.org\nnameserver 192.0.2.1\n"

  private static func configuration(_ resolv: String) -> String {
    "resolv: \(resolv)\n"
      + SeedConfiguration.fast.text
      .replacing(
        "nat: masquerade }", with: "nat: masquerade, dns: 203.0.113.51 }", maxReplacements: 1
      )
      .replacing("nat: masquerade }", with: "nat: masquerade, dns: 203.0.113.52 }")
  }

  private func awaitServer(_ server: String, in scratch: ScratchDirectory) throws {
    try waitUntil("programs are told to ask \(server)", within: .seconds(2)) {
      try scratch.read("resolv.conf").contains("\nnameserver \(server)\n")
    }
  }

  private func siaga(_ scene: Scene, _ arguments: String...) throws -> Command.Outcome {
    let state = scene.daemon.socket.replacing("api.sock", with: "state")
    return try Command(
      scene.network.gateway.command(
        [Scene.executable] + arguments + ["--state-dir", state])
    ).outcome()
  }

  @Test
  func `a file names those of who holds, whoever else writes it, until it is cleaned up`()
    async throws
  {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write(Self.before, to: "resolv.conf")
    try await Scene.run(Self.configuration(scratch.file("resolv.conf"))) { scene in
      try await scene.awaitHolder("isp1")
      try awaitServer("203.0.113.51", in: scratch)
      #expect(try scratch.read("resolv.conf").contains("# by hand\nsearch example.org\n"))
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2")
      try awaitServer("203.0.113.52", in: scratch)
      #expect(try !scratch.read("resolv.conf").contains("203.0.113.51"))

      try scratch.write("search example.net\nnameserver 198.51.100.1\n", to: "resolv.conf")
      try waitUntil("ours is there again", within: .seconds(15)) {
        try scratch.read("resolv.conf").contains("nameserver 203.0.113.52\nsearch example.net\n")
      }
      scene.daemon.end()
      #expect(
        try scratch.read("resolv.conf").contains("203.0.113.52"), "the network stays as it is")
      #expect(try siaga(scene, "run", "--cleanup").exit.isSuccess)
      #expect(
        try scratch.read("resolv.conf") == "search example.net\nnameserver 198.51.100.1\n")
    }
  }

  /// As in containers: nothing can be renamed over it.
  @Test
  func `a file that is mounted by itself is written, too`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write(Self.before, to: "resolv.conf")
    let mount = Mount(scratch.file("resolv.conf"), at: "/etc/resolv.conf")
    try await Scene.run(Self.configuration("true"), seeing: [mount]) { scene in
      try await scene.awaitHolder("isp1")
      try awaitServer("203.0.113.51", in: scratch)
    }
  }

  @Test
  func `what cannot be written is said, and in no switch's way`() async throws {
    try await Scene.run(Self.configuration("/proc/no/resolv.conf")) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.await("a warning") {
        $0.troubles.contains { $0.contains("/proc/no/resolv.conf") && $0.contains("as before") }
      }
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2", within: .seconds(1))
    }
  }

  /// Where /etc/resolv.conf is resolved's.
  @Test
  func `systemd-resolved is told, and told back`() async throws {
    let tag = Scene.tag()
    let network = try SeedNetwork(tag: tag)
    let folder = ExampleScene.folder.deletingLastPathComponent()
      .appending(path: ".build/unpacked/systemd-resolved").path(percentEncoded: false)
    let resolved = try Resolved(unpacked: folder, tag: tag)
    let told = { (interface: String, server: String) in
      try waitUntil("\(interface) is asked for names", within: .seconds(5)) {
        let status = try resolved.status(of: interface, in: network.gateway)
        return status.contains("+DefaultRoute") && status.contains("DNS Servers: \(server)\n")
      }
    }
    let result: Result<Void, any Error>
    do {
      try resolved.start(in: network.gateway)
      let daemon = try GatewayDaemon(
        executable: Scene.executable, configuration: Self.configuration("true"),
        in: network.gateway, tag: tag, seeing: resolved.mounts, environment: [resolved.path])
      defer { daemon.end() }
      try told("ether1", "203.0.113.51")
      try network.isp1.cable.pull()
      try told("ether2", "203.0.113.52")
      try waitUntil("ether1 is asked no more", within: .seconds(5)) {
        try resolved.status(of: "ether1", in: network.gateway).contains("-DefaultRoute")
      }
      // It keeps what it was told.
      try resolved.restart(in: network.gateway)
      try told("ether2", "203.0.113.52")
      daemon.end()
      let state = daemon.socket.replacing("api.sock", with: "state")
      let cleanup = network.gateway.command(
        ["env", resolved.path, Scene.executable, "run", "--cleanup", "--state-dir", state],
        seeing: resolved.mounts)
      #expect(try Command(cleanup).outcome().output.contains("systemd-resolved is as it was"))
      let status = try resolved.status(of: "ether2", in: network.gateway)
      #expect(!status.contains("203.0.113.52"), "\(status)")
      result = .success(())
    } catch {
      result = .failure(error)
    }
    resolved.end()
    try network.tearDown()
    try result.get()
  }

  @Test
  func `each link's are reached by it, whoever holds`() async throws {
    try await Scene.run(Self.configuration("false")) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let way = { try scene.ip("route", "get", "203.0.113.52") }
      #expect(try way().contains("dev ether2"))
      #expect(try scene.ip("route", "get", "203.0.113.51").contains("dev ether1"))
      try scene.network.isp2.cable.pull()
      try waitUntil("who lives carries it", within: .seconds(2)) {
        try way().contains("dev ether1")
      }
    }
  }
}
