import Glibc
import Lab
import Model
import Testing

/// Beside a firewall manager that clears everybody's rules, again and again.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct StormTests {
  /// As theirs are, it looks at flows, so that the kernel goes on tracking them.
  private static let flush =
    "flush ruleset; table inet other { chain forward { type filter hook forward priority 0; "
    + "policy accept; ct state established accept; }; }\n"

  @Test
  func `each time our table is back, and what carried goes on`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let whole = try scene.firewall()
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      for _ in 0..<3 {
        let flushed = Moment.now
        try scene.network.gateway.nft(Self.flush)
        try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
        #expect(try scene.firewall() == whole)
        let report = stream.report(from: flushed)
        #expect(report.longestOutage < .seconds(1))
        // Where nobody translates, the client's own address is seen outside.
        #expect(Set(report.sources.keys).isSubset(of: ["10.10.1.2", "192.168.1.10"]))
      }
    }
  }

  @Test
  func `what began while our table was not there is translated too, once it is back`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      scene.daemon.program.signal(SIGSTOP)
      try scene.network.gateway.nft(Self.flush)
      // As a tunnel does, it keeps its port and never falls silent.
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try waitUntil("packets go out", within: .seconds(5)) { stream.sent > 200 }
      scene.daemon.program.signal(SIGCONT)
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    }
  }

  @Test
  func `a storm of flushes costs no more than a part of a processor, and ends well`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let whole = try scene.firewall()
      let (before, start) = (try scene.daemon.processorTime(), Moment.now)
      let storm = scene.network.gateway.command([
        "sh", "-c", "for i in $(seq 300); do nft '\(Self.flush)'; done",
      ])
      #expect(try Command(storm, timeout: .seconds(60)).outcome().exit.isSuccess)
      let used = try scene.daemon.processorTime() - before
      #expect(used < (Moment.now - start) * 0.7, "\(used) of \(Moment.now - start)")
      try await scene.await("the table is back", within: .seconds(5)) { _ in
        (try? scene.firewall()) == whole
      }
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    }
  }
}
