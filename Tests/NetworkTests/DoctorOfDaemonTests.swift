import Client
import Glibc
import Lab
import Model
import Testing

/// `siaga doctor` where a daemon runs.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct DoctorOfDaemonTests {
  @Test
  func `nothing is in the way of a daemon that is well, and looking changes nothing`() async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let before = try scene.ip("route", "show", "table", "all")
      let outcome = try scene.doctor.outcome()
      #expect(outcome.exit == .status(0), "\(outcome.output)")
      #expect(try scene.doctor.report().ofNetwork.map(\.name) == [])
      #expect(try scene.ip("route", "show", "table", "all") == before)
      let status = try await scene.client.status()
      #expect(status.groups[0].switches == 1 && status.troubles.isEmpty)
    }
  }

  @Test
  func `a file that is not in force is found, and mended by the command`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try FileWriter.write(
        SeedConfiguration.fast.text.replacing("auto", with: "manual"), to: scene.config)
      let found = try scene.doctor.report().ofNetwork
      #expect(found.map(\.name) == ["file-not-in-force"])
      #expect(try scene.siaga("apply", scene.config).exit.isSuccess)
      #expect(try scene.doctor.report().ofNetwork.isEmpty)
      let other = try ScratchDirectory(tag: Scene.tag())
      try other.write(SeedConfiguration.seed.text, to: "other.yaml")
      var doctor = scene.doctor
      doctor.file = other.file("other.yaml")
      #expect(try doctor.report()["file-not-in-force"]?.what.contains("says other things") == true)
    }
  }

  @Test
  func `a target that never answers is found`() async throws {
    try await Scene.run(prepare: { try $0.isp2.mute() }) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.await("it was asked often enough") { status in
        status.groups.first?.members.last?.checks.first.map { $0.sent > 5 } ?? false
      }
      let found = try #require(try scene.doctor.report()["target-silent"])
      #expect(found.what.hasPrefix("10.20.1.1 has answered none of "))
      #expect(found.remedy == "siaga probe isp2")
    }
  }

  @Test
  func `a daemon at another socket is found, and one that is stopped`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let elsewhere = Doctor(namespace: scene.network.gateway)
      let found = try #require(try elsewhere.report()["daemon-elsewhere"])
      #expect(found.remedy == "siaga doctor --socket \(scene.daemon.socket)")
      try await scene.await("all is done") { $0.unfinished == 0 }
      scene.daemon.program.signal(SIGSTOP)
      defer { scene.daemon.program.signal(SIGCONT) }
      let setting = "net.ipv4.conf.ether1.promote_secondaries"
      try scene.network.gateway.set([setting: "0"])
      var stopped = scene.doctor
      stopped.file = scene.config
      let report = try stopped.report()
      #expect(report["daemon-elsewhere"]?.remedy.hasPrefix("kill -CONT") == true)
      #expect(report["setting-changed"]?.what.contains("siaga set it to 1") == true)
    }
  }

  @Test
  func `a state directory without room, or that is read-only, is found`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      var doctor = scene.doctor
      let mounted = { (options: String) in
        ["sh", "-c", "mount -t tmpfs -o \(options) none \(scene.state) && exec \"$@\"", "sh"]
      }
      doctor.wrapper = mounted("size=64k")
      #expect(try doctor.report().ofNetwork.map(\.name) == ["state-full"])
      doctor.wrapper = mounted("size=1m,ro")
      #expect(try doctor.report().ofNetwork.map(\.name) == ["state-read-only"])
    }
  }

  @Test
  func `a socket that the group cannot reach is found`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write("root:x:0:\nsiaga:x:4711:\n", to: "group")
      var doctor = scene.doctor
      doctor.mounts = [Mount(scratch.file("group"), at: "/etc/group")]
      let closed = try #require(try doctor.report()["socket-closed"])
      #expect(closed.what.contains("lets nobody pass but its owner"))
      try Command.run("sh", "-c", closed.remedy)
      let foreign = try #require(try doctor.report()["socket-closed"])
      #expect(foreign.what.contains("is for group root"))
      try Command.run("chgrp", "4711", scene.daemon.socket)
      #expect(try doctor.report().ofNetwork.isEmpty)
    }
  }

  @Test
  func `systemd-networkd that manages foreign rules is found`() throws {
    let network = try SeedNetwork(tag: Scene.tag())
    defer {
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    let networkd = try Networkd(tag: Scene.tag(), networks: [:])
    try networkd.start(in: network.gateway)
    defer { networkd.end() }
    var doctor = Doctor(namespace: network.gateway)
    doctor.mounts = networkd.mounts
    try waitUntil("networkd is there", within: .seconds(10)) {
      try doctor.report()["networkd-removes"] != nil
    }
    let found = try #require(try doctor.report()["networkd-removes"])
    #expect(found.remedy.contains(#"ManageForeignRoutingPolicyRules=no\nManageForeignRoutes=no"#))
  }
}
