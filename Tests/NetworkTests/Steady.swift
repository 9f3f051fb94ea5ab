import Client
import Lab
import Model
import Synchronization
import Testing

/// Tests that starve, flood or stop a daemon: one after another, for the sake of those beside them.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
enum Faults {}

/// A fault of the machine, not of the network: nothing may be switched for it, and everything
/// works again once it is over.
extension Scene {
  /// isp1 holds and both links are up, then the body; after it all must still be so, and a
  /// pulled cable be switched.
  /// - Parameter asked: how many switches the body itself asks for.
  static func steady(
    _ configuration: String = SeedConfiguration.fast.text, seeing mounts: [Mount] = [],
    asked: Int = 0, prepare: (SeedNetwork) throws -> Void = { _ in },
    _ body: (Scene) async throws -> Void
  ) async throws {
    try await run(configuration, seeing: mounts, prepare: prepare) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let before = try await scene.internet()
      try await body(scene)
      #expect(scene.daemon.isRunning)
      let after = try await scene.awaitHolder("isp1")
      #expect(
        after.switches == before.switches + asked, "it switched: \(after.lastSwitch?.reason ?? "")")
      try await scene.awaitHealth()
      try await scene.stillSwitches()
    }
  }

  /// A pulled cable moves the traffic, and one that is put back moves it back.
  func stillSwitches() async throws {
    try network.isp1.cable.pull()
    try await awaitHolder("isp2")
    try network.isp1.cable.plug()
    try await awaitHolder("isp1")
    let stream = try network.stream()
    defer { stream.stop() }
    try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
  }

  /// The same in time, by the kernel's word alone, for the daemon may be busy: two switches.
  func switchesInTime(_ bound: Duration = .seconds(1)) async throws {
    let pulled = try network.isp1.cable.pull()
    try await awaitWay(network.isp2)
    #expect(Moment.now - pulled < bound, "a cable was pulled, and nothing done for long")
    try network.isp1.cable.plug()
    try await awaitWay(network.isp1)
  }

  /// Waits until packets go by a provider, asking nobody but the kernel.
  func awaitWay(_ provider: Provider, within bound: Duration = .seconds(5)) async throws {
    try await eventually("the way leads by \(provider.name)", within: bound) {
      // Until the daemon has begun there is no such table.
      let way = (try? ip("route", "show", "table", "8300"))?.split(separator: "\n") ?? []
      return way.count == 1 && way[0].contains("via \(provider.gateway) ")
    }
  }

  private func internet() async throws -> GroupStatus {
    try #require(try await client.status().groups.first)
  }

  /// Waits until the daemon's log has these words.
  func awaitLog(_ words: String, within bound: Duration = .seconds(5)) async throws {
    try await eventually("the log says \(words)", within: bound) {
      daemon.logTail(lines: 1_000).contains(words)
    }
  }
}

/// `waitUntil` for what may take long: the tests beside this one need the thread.
func eventually(
  _ what: String, within bound: Duration, _ isTrue: () throws -> Bool
) async throws {
  let end = Moment.now + bound
  while try !isTrue() {
    guard Moment.now < end else { throw LabError.never(what, within: bound) }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// Threads that do something beside the test, and when they are over.
final class Crowd: Sendable {
  private let left: Atomic<Int>

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    left = Atomic(count)
    for number in 0..<count {
      _ = WorkerThread { [self] in
        body(number)
        left.subtract(1, ordering: .releasing)
      }
    }
  }

  func isOver(within bound: Duration) async throws {
    try await eventually("the crowd is gone", within: bound) {
      left.load(ordering: .acquiring) == 0
    }
  }
}
