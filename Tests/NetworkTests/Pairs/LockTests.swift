import Client
import Glibc
import Lab
import Model
import Synchronization
import Testing

extension Pairs {
  /// The kernel's one lock for links, addresses and routes (rtnl) is somebody else's for tens of
  /// milliseconds, again and again, as where containers come and go.
  struct LockTests {
    private static let addresses = """
      [{ address: 10.1.0.1/24, interface: lan, vrid: 51, advertise: 10ms },
              { address: 10.2.0.1/24, interface: wan, vrid: 52, advertise: 10ms }]
      """
    /// With real-time priority a turn is as long as its work: nobody else's is counted.
    private static let more = """
      cluster: { key-file: KEY, heartbeat: 10ms, fall: 3 }
      process: { realtime: 10 }
      uplinks:
        isp: { interface: wan, gateway: 10.2.0.10 }
      checks:
        far: { ping: gateway, every: 10ms, timeout: 1s, fall: 3, rise: 1 }
      """

    private static func configuration(_ node: String) -> String {
      Pair.configuration(node, addresses: addresses, more: more).replacing(
        "groups:", with: "groups:\n  internet: { route: default, tiers: [[isp]], check: far }")
    }

    /// A kernel that is built so (PREEMPT_NONE) lets nobody else have a processor on which it takes
    /// interfaces away, whatever his priority: they have one each.
    @Test(.enabled(if: sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1, "needs two processors"))
    func `whoever has the kernel's lock holds up no turn, and nobody takes over`() async throws {
      try await Pair.run(Self.configuration) { pair in
        for node in pair.nodes {
          try await node.await("\(node.name) knows that all is well") { status in
            status.groups.allSatisfy { group in
              group.active == (group.name == "gateway" ? ["a"] : ["isp"])
                && group.members.allSatisfy { $0.health == .up }
            }
          }
        }
        for node in pair.nodes {
          try Command.run("taskset", "-a", "-c", "-p", "1", "\(node.daemon.program.pid)")
        }
        let before = try await pair.loopTimes()
        let watch = try AddressWatch(RouterPair.inside, on: pair.b.router)
        defer { watch.stop() }
        let storm = LockStorm(in: pair.network.server, for: .seconds(Environment.isSoak ? 60 : 4))
        try await storm.isOver()
        let after = try await pair.loopTimes()
        // Else the lock was no hindrance to anybody.
        let held = storm.longest
        #expect(held > .milliseconds(20), "it was held for \(held)")
        let longest = zip(after, before).map { $0.most(since: $1).turn }
        #expect(longest.allSatisfy { $0 <= 0.01 }, "turns of up to \(longest) s, beside \(held)")
        let words = pair.b.daemon.logTail(lines: 4)
        #expect(!watch.changes.contains { $0.isHere }, "b took over: \(words)")
        #expect(try pair.a.router.has(RouterPair.inside))
      }
    }
  }
}

/// Interfaces come and are taken away in one go, which has the lock all the time.
private final class LockStorm: Sendable {
  private static let pairs = 300
  private let most = Atomic(0)  // nanoseconds
  private let isRunning = Atomic(true)

  /// How long they took to be taken away, at most.
  var longest: Duration { .nanoseconds(most.load(ordering: .relaxed)) }

  init(in namespace: Namespace, for time: Duration) {
    let end = Moment.now + time
    _ = WorkerThread { [self] in
      while Moment.now < end { strike(namespace) }
      isRunning.store(false, ordering: .releasing)
    }
  }

  private func strike(_ namespace: Namespace) {
    let pairs = (0..<Self.pairs).map { "link add s\($0) up group 7 type veth peer name t\($0)" }
    run(pairs, in: namespace)
    let began = Moment.now
    run(["link del group 7"], in: namespace)
    most.max(Int((Moment.now - began).nanoseconds), ordering: .relaxed)
  }

  private func run(_ lines: [String], in namespace: Namespace) {
    let ip = ["taskset", "-c", "0", "ip", "-n", namespace.name, "-batch", "-"]
    // What of it failed shows in how long the lock was held.
    _ = try? Command(ip, input: lines.joined(separator: "\n") + "\n").outcome()
  }

  func isOver() async throws {
    try await eventually("the storm is over", within: .seconds(120)) {
      !isRunning.load(ordering: .acquiring)
    }
  }
}
