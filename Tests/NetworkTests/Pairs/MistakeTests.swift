import Client
import Lab
import Model
import Testing

extension Pairs {
  /// What people get wrong with two machines: each is told in words, and what works goes on.
  struct MistakeTests {
    @Test
    func `another key is told on both sides, and advertisements alone keep one holder`()
      async throws
    {
      let other = try ScratchDirectory(tag: Scene.tag())
      try Command.run(Scene.executable, "keygen", other.file("key"))
      try await Pair.run { node in
        let text = Pair.configuration(node)
        return node == "b" ? text.replacing("KEY", with: other.file("key")) : text
      } _: { pair in
        try await pair.awaitHolder(pair.a)
        let words = try await pair.a.awaitTrouble("made with another key")
        #expect(words.contains("10.1.0.3") || words.contains("10.2.0.3"))
        try await pair.b.awaitTrouble("made with another key")
        try await pair.awaitHolder(pair.a)
        pair.a.daemon.kill()
        try await eventually("b has it", within: .seconds(3)) {
          try pair.b.router.has(RouterPair.inside)
        }
      }
    }

    @Test
    func `a key that others may read is refused, until it is its owner's alone`() async throws {
      try await Pair.run {
        Pair.configuration($0)
      } prepare: { _, key in
        try Command.run("chmod", "644", key)
      } _: { pair in
        for node in pair.nodes {
          let words = try await node.awaitTrouble("can be read by others (mode 644)")
          #expect(words.contains("chmod 600"))
        }
        // They know of each other by advertisements alone.
        try await pair.awaitHolder(pair.a)
        try Command.run("chmod", "600", pair.key)
        for node in pair.nodes {
          try await node.await("the key is taken", within: .seconds(12)) { status in
            status.troubles.isEmpty && status.groups[0].members.allSatisfy { $0.health == .up }
          }
        }
      }
    }

    @Test
    func `a key that is not there is told with how to make one`() async throws {
      try await Pair.run {
        Pair.configuration($0, more: Pair.cluster.replacing("KEY", with: "/tmp/none/key"))
      } _: { pair in
        let words = try await pair.a.awaitTrouble("/tmp/none/key")
        #expect(words.contains("siaga keygen"))
        try await pair.awaitHolder(pair.a)
      }
    }

    @Test
    func `different files are told on both sides`() async throws {
      try await Pair.run { node in
        Pair.configuration(node, group: node == "b" ? "failback: manual" : "")
      } _: { pair in
        try await pair.awaitHolder(pair.a)
        try await pair.a.awaitTrouble("node b runs another configuration")
        try await pair.b.awaitTrouble("node a runs another configuration")
        let same = Pair.configuration("b").replacing("KEY", with: pair.key)
        _ = try await pair.b.client.apply(configuration: same)
        for node in pair.nodes {
          try await node.await("nothing is in the way") { $0.troubles.isEmpty }
        }
      }
    }

    @Test
    func `a machine that is none of the nodes is refused before it does anything`() async throws {
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write(
        Pair.configuration("c").replacing("KEY", with: "/tmp/none"), to: "siaga.yaml")
      let outcome = try Command([
        Scene.executable, "run", "--config", scratch.file("siaga.yaml"), "--socket",
        scratch.file("sock"), "--state-dir", scratch.file("state"),
      ]).outcome()
      #expect(outcome.exit == .status(2))
      #expect(outcome.errors.contains("this machine is `c`"), "\(outcome.errors)")
      #expect(outcome.errors.contains("say by `node:` which of them it is"))
    }

    @Test
    func `a second machine by the same name is told that it is not that node`() async throws {
      try await Pair.run { _ in
        Pair.configuration("a")
      } _: { pair in
        let words = try await pair.b.awaitTrouble("this machine says that it is node a")
        #expect(words.contains("has not 10.1.0.2 and 10.2.0.2"))
        // Advertisements know no names: one of them holds all the same.
        try await eventually("one holds", within: .seconds(8)) {
          try pair.nodes.count { try $0.router.has(RouterPair.inside) } == 1
        }
        #expect(!(try await pair.a.client.status()).troubles.contains { $0.contains("says that") })
      }
    }
  }
}
