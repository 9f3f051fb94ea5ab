import Client
import Lab
import Model
import Testing

/// The commands as an operator or a script meets them.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct CommandTests {
  @Test
  func `plan tells what apply then does, and a second apply changes nothing`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let scratch = try ScratchDirectory(tag: Scene.tag())
      let other = SeedConfiguration.fast.text.replacing("10.20.1.2/24", with: "10.20.1.3/24")
        .replacing("10.10.1.2/24", with: "10.10.1.3/24")
      try scratch.write(other, to: "other.yaml")
      let file = scratch.file("other.yaml")
      let plan = try scene.siaga("plan", file)
      #expect(plan.output.contains("ip address add 10.20.1.3/24 dev ether2 proto 83"))
      #expect(plan.output.contains("ip address delete 10.20.1.2/24 dev ether2"))
      #expect(try scene.ip("addr").contains("10.20.1.2/24"))
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      #expect(try scene.siaga("apply", file).exit.isSuccess)
      try await scene.await("applied") { _ in
        (try? scene.ip("addr").contains("10.20.1.3/24")) == true
      }
      try await scene.await("the old one gone") { _ in
        (try? scene.ip("addr").contains("10.20.1.2/24")) == false
      }
      // The address of the link that carries was changed, and nothing moved.
      try stream.awaitFlow(from: "10.10.1.3", within: .seconds(5))
      #expect(try await scene.awaitHolder("isp1").switches == 1)
      try await scene.await("all is done") { $0.unfinished == 0 }
      #expect(try scene.siaga("apply", file).output.contains("nothing had to change"))
      let stored = try Command.run("cat", list: [scene.config])
      #expect(stored == other)
      let previous = try Command.run("cat", list: [scene.config + ".previous"])
      #expect(previous == SeedConfiguration.fast.text)
    }
  }

  @Test
  func `a configuration that is not valid is refused with all its places, and changes nothing`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let scratch = try ScratchDirectory(tag: Scene.tag())
      let broken = SeedConfiguration.fast.text.replacing("tiers", with: "tires")
      try scratch.write(broken, to: "broken.yaml")
      let file = scratch.file("broken.yaml")
      for command in ["plan", "apply"] {
        let outcome = try scene.siaga(command, file)
        #expect(outcome.exit == .status(2))
        #expect(outcome.errors.contains("\(file):"))
        #expect(outcome.errors.contains("did you mean `tiers`?"))
      }
      let outcome = try Command([Scene.executable, "check", file]).outcome()
      #expect(outcome.exit == .status(2))
      try await scene.awaitHolder("isp1")
    }
  }

  @Test
  func `probe asks at once, shows each answer, and moves nothing`() async throws {
    // Rare probes, so that the answers are those to the questions that were typed.
    let seed = SeedConfiguration.seed.text
      .replacing("timeout: 1s", with: "timeout: 300ms")
      .replacing("groups:", with: "  web: { tcp: gateway:7007, every: 1h, fall: 100 }\ngroups:")
      .replacing("check: gateway", with: "check: [gateway, web]")
    try await Scene.run(seed) { scene in
      try await scene.awaitHolder("isp1")
      let listener = try Listener(at: "10.10.1.1", 7_007, in: scene.network.isp1.router)
      let good = try scene.siaga("probe", "isp1")
      #expect(good.exit == .status(0), "\(good.output)\(good.errors)")
      #expect(good.output.contains("gateway 10.10.1.1   IPv4  answered after "))
      #expect(good.output.contains("web 10.10.1.1:7007  IPv4  answered after "))
      listener.close()
      let closed = try scene.siaga("probe", "isp1")
      #expect(closed.exit == .status(1))
      #expect(closed.output.contains("failed: nobody listens there (ECONNREFUSED)"))
      try scene.network.isp1.mute()
      let mute = try scene.siaga("probe", "isp1", "--json")
      #expect(mute.exit == .status(1))
      #expect(mute.output.contains("\"error\" : \"no answer within 300 ms\""))
      #expect(mute.output.contains("\"answered\" : false"))
      let status = try await scene.client.status()
      #expect(status.groups[0].active == ["isp1"] && status.groups[0].switches == 1)
      let stranger = try scene.siaga("probe", "isp7")
      #expect(stranger.exit == .status(1))
      #expect(stranger.errors.contains("there is no member isp7"))
    }
  }

  @Test
  func `without a daemon the exit code is 3 and the sentence says what to do`() throws {
    let commands = [
      ["status"], ["explain", "x"], ["switch", "g", "m"], ["drain", "m"], ["probe", "m"],
    ]
    for command in commands {
      let outcome = try Command(
        [Scene.executable] + command + ["--socket", "/tmp/siaga-nobody.sock"]
      ).outcome()
      #expect(outcome.exit == .status(3))
      #expect(outcome.errors.contains("is `siaga run` running?"))
    }
  }

  @Test
  func `without a daemon, plan shows everything down to the group's own route`() throws {
    let network = try SeedNetwork(tag: Scene.tag())
    defer {
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let text = SeedConfiguration.seed.text.replacing("ether2", with: "ether7")
    try scratch.write(text, to: "siaga.yaml")
    let plan = try Command(
      network.gateway.command([
        Scene.executable, "plan", scratch.file("siaga.yaml"), "--socket", scratch.file("none"),
      ])
    ).outcome().output
    for line in [
      "ip address add 10.10.1.2/24 dev ether1 proto 83",
      "ip route prepend default via 10.10.1.1 dev ether1 onlink table 8100 proto 83",
      "ip route prepend default via 10.10.1.1 dev ether1 onlink table 8300 proto 83",
      "ip rule add priority 8500 from all fwmark 0x100/0x3f00 lookup 8100 protocol 83",
    ] { #expect(plan.contains(line)) }
    #expect(plan.contains("of isp2 nothing, for there is no interface ether7"))
  }

  @Test
  func `what a later version will know is refused by name`() throws {
    for arguments in [["history"], ["drill", "internet"]] {
      let outcome = try Command([Scene.executable] + arguments).outcome()
      #expect(outcome.exit == .status(2))
      #expect(outcome.errors.contains("not in this version"))
    }
  }

  @Test
  func `wrong usage is exit code 2`() throws {
    for arguments in [["frobnicate"], ["status", "--frob"], ["switch", "onlyone"]] {
      #expect(try Command([Scene.executable] + arguments).outcome().exit == .status(2))
    }
    let missing = try Command([Scene.executable, "check", "/tmp/siaga-no-such.yaml"]).outcome()
    #expect(missing.exit == .status(2))
  }

  @Test
  func `metrics are Prometheus text with who holds what`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let text = try await scene.client.metrics()
      #expect(text.contains("siaga_member_active{group=\"internet\",member=\"isp1\"} 1"))
      #expect(text.contains("siaga_group_state{group=\"internet\",state=\"normal\"} 1"))
      #expect(text.contains("# TYPE siaga_switch_seconds histogram"))
    }
  }

  @Test
  func `completions, schema and version are printed`() throws {
    #expect(try Command.run(Scene.executable, list: ["--version"]).contains("0."))
    #expect(try Command.run(Scene.executable, list: ["schema"]).contains("json-schema.org"))
    for shell in ["bash", "zsh", "fish"] {
      let script = try Command.run(Scene.executable, list: ["--generate-completion-script", shell])
      #expect(script.contains("undrain"))
    }
  }
}

extension Scene {
  var config: String { daemon.socket.replacing("api.sock", with: "siaga.yaml") }
}
