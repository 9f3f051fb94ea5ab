import Foundation
import Lab
import Model
import Testing

/// A router's configuration, imported by the real program, does on the seed's network what it did
/// on the router.
@Suite(.enabled(if: Environment.isRoot, "needs root"))
struct RouterImportTests {
  private static func imported(_ format: String, _ path: String) throws -> String {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "ImportersTests", directoryHint: .isDirectory)
    let outcome = try Command([
      Scene.executable, "import", format, sources.appending(path: path).path(percentEncoded: false),
    ]).outcome()
    #expect(outcome.exit.isSuccess, "\(outcome.errors)")
    return outcome.output
  }

  /// - Parameter fall: how long a gateway that went mute takes to be noticed, from its last answer
  ///   but one and from its last answer.
  private static func expectFailover(
    from first: String, to second: String, after fall: ClosedRange<Duration>, back rise: Duration,
    on scene: Scene
  ) async throws {
    let slack = Duration.seconds(1)
    try await scene.awaitHolder(first, within: rise + slack)
    try await scene.await("both answer", within: rise + slack) {
      $0.groups.first?.members.allSatisfy { $0.health == .up } ?? false
    }
    let stream = try scene.network.stream(rate: 100)
    defer { stream.stop() }
    let (isp1, isp2) = (scene.network.isp1, scene.network.isp2)
    try stream.awaitFlow(from: isp1.customer, within: .seconds(5))

    try isp1.mute()
    let muted = Moment.now
    try await scene.awaitHolder(second, within: fall.upperBound + slack)
    let detection = Moment.now - muted
    #expect(detection > fall.lowerBound && detection < fall.upperBound + slack, "\(detection)")
    try stream.awaitFlow(from: isp2.customer, within: .seconds(5))

    try isp1.unmute()
    let answered = Moment.now
    try await scene.awaitHolder(first, within: rise + slack)
    #expect(Moment.now - answered < rise + slack)
    try stream.awaitFlow(from: isp1.customer, within: .seconds(5))
  }

  /// `check-gateway` asks every 10 s and waits for 1 s; two that are missed are too many.
  @Test
  func `the seed's routes fail over as RouterOS' do`() async throws {
    try await Scene.run(try Self.imported("routeros", "RouterOS/seed.rsc")) { scene in
      try await Self.expectFailover(
        from: "ISP1", to: "ISP2", after: .seconds(10) ... .seconds(21), back: .seconds(11),
        on: scene)
    }
  }

  /// Every 5 s, for 2 s; three rounds are missed before, and three answered after.
  @Test
  func `two interfaces of mwan3 fail over as there`() async throws {
    try await Scene.run(
      try Self.imported("mwan3", "MWAN3/failover-static"),
      prepare: { network in
        for number in 1...2 {
          let (old, new) = ("ether\(number)", "eth\(number)")
          try network.gateway.ip(
            "link set \(old) down", "link set \(old) name \(new)", "link set \(new) up")
        }
        for host in ["1.0.0.1", "1.1.1.1", "8.8.8.8", "8.8.4.4"] {
          try network.internet.ip("addr add \(host)/32 dev lo")
        }
      },
      { scene in
        try await Self.expectFailover(
          from: "wan", to: "wanb", after: .seconds(10) ... .seconds(17), back: .seconds(17),
          on: scene)
      })
  }
}
