import Client
import Lab
import Model
import Testing

extension Pairs {
  /// Moved by hand, from whichever node; and by what a node needs.
  struct NodeOrderTests {
    @Test(arguments: ["a", "b"])
    func `switch and auto are obeyed on either node, and lose nothing`(
      teller: String
    ) async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let node = pair.nodes.first { $0.name == teller }!
        let echoes = try Echoes(to: RouterPair.inside, from: pair.network.client)
        let outcome = try node.siaga("switch", "gateway", "b")
        #expect(outcome.exit.isSuccess, "\(outcome.errors)")
        try await pair.awaitHolder(pair.b)
        let back = try node.siaga("auto", "gateway")
        #expect(back.exit.isSuccess, "\(back.errors)")
        try await pair.awaitHolder(pair.a)
        #expect(try echoes.lost() == 0)
      }
    }

    @Test func `without a channel the later of two orders counts, though they contradict`()
      async throws
    {
      try await Pair.run {
        Pair.configuration($0).replacing(Pair.cluster, with: "")
      } _: { pair in
        try await pair.awaitHolder(pair.a)
        for _ in 0..<2 {
          #expect(try pair.a.siaga("switch", "gateway", "b").exit.isSuccess)
          try await pair.awaitHolder(pair.b)
          #expect(try pair.b.siaga("switch", "gateway", "a").exit.isSuccess)
          try await pair.awaitHolder(pair.a)
          let calm = try await pair.a.client.status().groups[0].switches
          try await Task.sleep(for: .seconds(1))  // in which nothing may move
          #expect(try await pair.a.client.status().groups[0].switches == calm)
        }
      }
    }

    @Test(arguments: ["a", "b"])
    func `a node that is drained is left, and gets it back once it is not`(
      teller: String
    ) async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let node = pair.nodes.first { $0.name == teller }!
        let echoes = try Echoes(to: RouterPair.inside, from: pair.network.client)
        let outcome = try node.siaga("drain", "a")
        #expect(outcome.exit.isSuccess, "\(outcome.errors)")
        try await pair.awaitHolder(pair.b)
        #expect(try node.siaga("undrain", "a").exit.isSuccess)
        try await pair.awaitHolder(pair.a)
        #expect(try echoes.lost() == 0)
      }
    }

    @Test(arguments: ["a", "b"])
    func `with manual failback the worse one keeps it until either is told`(
      teller: String
    ) async throws {
      try await Pair.run {
        Pair.configuration($0, group: "failback: manual")
      } _: { pair in
        try await pair.awaitCalm()
        pair.a.daemon.end()
        try await pair.awaitHolder(pair.b)
        try pair.a.daemon.start()
        try await pair.a.await("a knows who holds") { $0.groups.first?.active == ["b"] }
        try await Task.sleep(for: .seconds(1))
        try await pair.awaitHolder(pair.b)
        let echoes = try Echoes(to: RouterPair.inside, from: pair.network.client)
        let node = pair.nodes.first { $0.name == teller }!
        #expect(try node.siaga("failback", "gateway").exit.isSuccess)
        try await pair.awaitHolder(pair.a)
        #expect(try echoes.lost() == 0)
      }
    }

    /// What a node asks itself, before it is to hold.
    enum Condition: CaseIterable, Sendable {
      case need  // of a group of routes
      case check

      private static let quick = "every: 100ms, timeout: 100ms, fall: 1, rise: 1"

      func configuration(of node: String) -> String {
        switch self {
        case .need:
          Pair.configuration(
            node, group: "needs: [internet]",
            more: """
              \(Pair.cluster)
              uplinks:
                isp: { interface: wan, gateway: 10.2.0.10 }
              checks:
                far: { file: KEY.\(node), every: 100ms, fall: 1, rise: 1 }
              """
          ).replacing(
            "groups:", with: "groups:\n  internet: { route: default, tiers: [[isp]], check: far }")
        case .check:
          Pair.configuration(
            node,
            group: "check: { exec: [/bin/grep, -q, up, KEY.\(node)], \(Self.quick) }")
        }
      }
    }

    @Test(arguments: Condition.allCases)
    func `who lacks what the group asks for is left for who has it, and nothing is lost`(
      condition: Condition
    ) async throws {
      try await Pair.run {
        condition.configuration(of: $0)
      } prepare: { _, key in
        for node in ["a", "b"] { try FileWriter.write("up\n", to: "\(key).\(node)") }
      } _: { pair in
        try await pair.awaitGateway(pair.a)
        let echoes = try Echoes(to: RouterPair.inside, from: pair.network.client)
        try FileWriter.write("down\n", to: "\(pair.key).a")
        try await pair.awaitGateway(pair.b)
        try FileWriter.write("up\n", to: "\(pair.key).a")
        try await pair.awaitGateway(pair.a)
        #expect(try echoes.lost() == 0)
        // Where nobody is well, the best of them serves on.
        for node in ["b", "a"] { try FileWriter.write("down\n", to: "\(pair.key).\(node)") }
        try await Task.sleep(for: .seconds(1))
        #expect(
          try pair.nodes.count { try $0.router.has(RouterPair.inside) } == 1, "somebody serves")
      }
    }
  }
}

extension Pair {
  /// Of several groups.
  fileprivate func awaitGateway(_ holder: PairNode) async throws {
    for node in nodes {
      try await node.await("\(holder.name) holds, says \(node.name)") { status in
        status.groups.contains { $0.name == "gateway" && $0.active == [holder.name] }
          && status.groups.allSatisfy { group in group.members.allSatisfy { $0.health != .unknown }
          }
      }
    }
    try await eventually("\(holder.name) alone has it", within: .seconds(8)) {
      try nodes.allSatisfy { try $0.router.has(RouterPair.inside) == ($0.name == holder.name) }
    }
  }
}
