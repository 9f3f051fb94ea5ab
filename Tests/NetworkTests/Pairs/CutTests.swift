import Client
import Lab
import Model
import Testing

extension Pairs {
  /// Cables and words that do not arrive.
  struct CutTests {
    static let inside = "{ address: 10.1.0.1/24, interface: lan, vrid: 51, advertise: 100ms }"
    /// Nodes that hear each other on the inner side alone.
    static func alone(_ node: String) -> String {
      Pair.configuration(node, addresses: inside)
        .replacing(", 10.2.0.2]", with: "]").replacing(", 10.2.0.3]", with: "]")
    }

    @Test
    func `a cut cable is told by the second path, and the other has the addresses in no time`()
      async throws
    {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        for side in RouterPair.Side.allCases {
          let watch = try AddressWatch(RouterPair.inside, on: pair.b.router)
          defer { watch.stop() }
          let cut = try pair.a.router.cable(side).pull()
          try await pair.awaitHolder(pair.b)
          let took = try watch.awaitChange() - cut
          print("\(side) cut: b has it after \(took)")
          #expect(took < .milliseconds(60))
          try await pair.b.await("b knows that a cannot, by \(side)") {
            $0.groups[0].members[0].obstacles == [.peerUnfit]
          }
          try pair.a.router.cable(side).plug()
          try await pair.awaitHolder(pair.a)
        }
      }
    }

    @Test
    func `a cut cable that was the only path is noticed by silence`() async throws {
      try await Pair.run(Self.alone) { pair in
        try await pair.awaitInside(pair.a)
        let watch = try AddressWatch(RouterPair.inside, on: pair.b.router)
        defer { watch.stop() }
        let cut = try pair.a.router.cable(.lan).pull()
        try await eventually("b alone has it", within: .seconds(3)) {
          try pair.b.router.has(RouterPair.inside) && !pair.a.router.has(RouterPair.inside)
        }
        let took = try watch.awaitChange() - cut
        print("the only cable cut: b has it after \(took)")
        #expect(took < .milliseconds(500))
        try pair.a.router.cable(.lan).plug()
        try await pair.awaitInside(pair.a)
      }
    }

    @Test
    func `advertisements that vanish one way are named, and with a channel nobody fights`()
      async throws
    {
      try await Pair.run(Self.alone) { pair in
        try await pair.awaitInside(pair.a)
        try pair.b.router.deafen("ip protocol 112")
        let words = try await pair.b.awaitTrouble("somebody else holds gateway")
        #expect(words.contains("not heard on lan") && words.contains("protocol 112"))
        try await Task.sleep(for: .seconds(1))
        try await pair.awaitInside(pair.a)
        try pair.b.router.hearAgain()
        try await pair.isUntroubled()
      }
    }

    @Test
    func `without a channel both hold then, and who hears the other says so`() async throws {
      try await Pair.run {
        Self.alone($0).replacing(Pair.cluster, with: "")
      } _: { pair in
        try await pair.awaitInside(pair.a)
        try pair.b.router.deafen("ip protocol 112")
        let words = try await pair.a.awaitTrouble("both a and b hold gateway")
        #expect(words.contains("protocol 112"))
        try pair.b.router.hearAgain()
        try await pair.awaitInside(pair.a)
        try await pair.isUntroubled()
      }
    }

    @Test
    func `a channel that is heard one way is named on both sides, and moves nothing`() async throws
    {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        let before = try await pair.b.client.status().groups[0].switches
        try pair.b.router.deafen("ip saddr 10.1.0.2 udp dport 8383")
        try await pair.b.awaitTrouble("nothing is heard of a from 10.1.0.2")
        try await pair.a.awaitTrouble("b hears nothing from 10.1.0.2")
        try await pair.awaitHolder(pair.a)
        #expect(try await pair.b.client.status().groups[0].switches == before)
        try pair.b.router.hearAgain()
        try await pair.isUntroubled()
      }
    }

    @Test
    func `nodes that are split both hold, and one gives way as soon as they meet`() async throws {
      try await Pair.run { pair in
        try await pair.awaitCalm()
        try pair.b.router.deafen("ip saddr { 10.1.0.2, 10.2.0.2 }")
        try pair.a.router.deafen("ip saddr { 10.1.0.3, 10.2.0.3 }")
        try await eventually("both hold", within: .seconds(5)) {
          try pair.nodes.allSatisfy { try $0.router.has(RouterPair.inside) }
        }
        try await pair.b.awaitTrouble("nothing is heard of a")
        try pair.a.router.hearAgain()
        try pair.b.router.hearAgain()
        try await pair.awaitHolder(pair.a)
        // The link knows it too.
        let stream = try pair.stream()
        stream.stop()
        try await eventually("the client knows whose it is", within: .seconds(3)) {
          try pair.network.client.neighbour(RouterPair.inside)
            == pair.a.router.namespace.hardware("lan")
        }
      }
    }
  }
}

extension Pair {
  fileprivate func isUntroubled() async throws {
    for node in nodes {
      try await node.await("nothing is in the way") { $0.troubles.isEmpty }
    }
  }

  /// Of a group that is on the inner side alone.
  fileprivate func awaitInside(_ holder: PairNode) async throws {
    for node in nodes {
      try await node.await("\(holder.name) holds, says \(node.name)") {
        $0.groups.first?.active == [holder.name]
      }
    }
    try await eventually("\(holder.name) alone has it", within: .seconds(8)) {
      try nodes.allSatisfy { try $0.router.has(RouterPair.inside) == ($0.name == holder.name) }
    }
  }
}

extension Namespace {
  /// The link-layer address that it has of a neighbour; nil: none.
  func neighbour(_ address: String) throws -> String? {
    let words = try Command.run("ip", "-n", name, "neigh", "show", address).split(separator: " ")
    return words.firstIndex(of: "lladdr").map { String(words[$0 + 1]) }
  }

  func hardware(_ interface: String) throws -> String {
    let words = try Command.run("ip", "-n", name, "link", "show", interface)
      .split { $0.isWhitespace }
    return try #require(words.firstIndex(of: "link/ether").map { String(words[$0 + 1]) })
  }
}
