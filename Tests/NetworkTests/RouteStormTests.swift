import Client
import Lab
import Model
import Testing

/// Somebody else's routes by the thousand, as a BGP feed brings them and takes them away.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct RouteStormTests {
  private static let routes = 50_000

  @Test
  func `a feed of others' routes is passed over, and a cable pulled meanwhile is noticed`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let scratch = try ScratchDirectory(tag: "feed")
      try scratch.write(Self.feed, to: "feed")
      let before = try await scene.resyncs
      let gateway = scene.network.gateway.name
      let feed = try Program(
        ["ip", "-n", gateway, "-batch", scratch.file("feed")], log: scratch.file("log"))
      defer { feed.end() }
      try waitUntil("the first of them", within: .seconds(5)) {
        try !scene.ip("route", "show", "20.0.0.0/24").isEmpty
      }
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2")
      #expect(feed.wait(atMost: .seconds(60)) == .status(0))
      _ = try scene.ip("route", "flush", "table", "main", "proto", "186")
      try scene.network.isp1.cable.plug()
      try await scene.awaitHolder("isp1")
      #expect(try await scene.resyncs == before)
    }
  }

  private static let feed = (0..<routes).map { number in
    "route add \(20 + number / 65_536).\(number / 256 % 256).\(number % 256).0/24"
      + " via 192.168.1.10 proto 186\n"
  }.joined()
}

extension Scene {
  /// How often the daemon has read the kernel's state whole.
  fileprivate var resyncs: Int {
    get async throws {
      let lines = try await client.metrics().split(separator: "\n")
      let line = lines.first { $0.hasPrefix("siaga_resyncs_total ") }
      return try #require(line?.split(separator: " ").last.flatMap { Int($0) })
    }
  }
}
