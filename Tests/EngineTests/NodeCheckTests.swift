import Config
import Election
import Model
import Testing
import Wire

@testable import Engine

/// A check of a group of addresses: each node asks itself.
struct NodeCheckTests {
  private static let check = CheckDefinition(
    name: "web", kind: .exec(arguments: ["--quick"]), targets: [.path("/bin/web-is-well")],
    every: .seconds(1), timeout: .seconds(1), fall: 3, rise: 2)

  private static func pair(_ node: NodeName = "a") -> Configuration {
    var configuration = NodeRig.pair(node, needs: [], judge: .check("web"))
    configuration.checks = [check]
    return configuration
  }

  /// Lets time pass, while the program says the same whenever it is run.
  /// - Returns: what it was run with.
  @discardableResult
  private static func run(
    _ rig: inout NodeRig, for seconds: Int, saying result: ProbeResult
  ) -> [ProbeRequest] {
    var requests: [ProbeRequest] = []
    for _ in 0..<(10 * seconds) {
      for case .begin(let request, let id) in rig.takeEffects() {
        requests.append(request)
        rig.handle(.answered(id, result))
      }
      rig.run(for: .milliseconds(100))
    }
    return requests
  }

  private static func bid(_ rig: NodeRig) -> UInt8? {
    rig.engine.addressKeepers.first?.sync.bid.priority
  }

  @Test func `the program is told of which node it is to speak`() {
    var rig = NodeRig(Self.pair())
    let requests = Self.run(&rig, for: 3, saying: .ok)
    #expect(requests.count == 3)
    #expect(
      requests.allSatisfy {
        $0.task
          == .run(
            ["/bin/web-is-well", "--quick"], environment: ["SIAGA_CHECK=web", "SIAGA_NODE=a"])
      })
  }

  @Test func `a node that fails its check serves until another would, and is told why`() throws {
    var rig = NodeRig(Self.pair())
    Self.run(&rig, for: 5, saying: .ok)
    #expect(Self.bid(rig) == 200 && rig.held.count == 2)
    Self.run(&rig, for: 5, saying: .refused("exited with 1"))
    #expect(Self.bid(rig).map { $0 <= 8 } ?? false)
    #expect(rig.held.count == 2, "nobody else is there")
    let reading = try #require(rig.status.members.first?.checks.first)
    #expect(reading.name == "web" && reading.health == .down)
    #expect(rig.engine.decisions.contains { $0.group == "gateway" && $0.reason.contains("web") })
    rig.other = 150
    Self.run(&rig, for: 2, saying: .refused("exited with 1"))
    #expect(rig.held.isEmpty)
    rig.other = nil
    Self.run(&rig, for: 5, saying: .ok)
    #expect(Self.bid(rig) == 200 && rig.held.count == 2)
  }

  @Test func `one failure is none, and what is not known yet hinders nobody`() {
    var rig = NodeRig(Self.pair())
    rig.run(for: .seconds(1))
    #expect(Self.bid(rig) == 200 && rig.held.count == 2)
    Self.run(&rig, for: 5, saying: .ok)
    Self.run(&rig, for: 1, saying: .refused("exited with 1"))
    #expect(Self.bid(rig) == 200)
  }

  @Test func `of the other node nothing is asked here`() {
    var rig = NodeRig(Self.pair())
    Self.run(&rig, for: 3, saying: .ok)
    #expect(rig.status.members.map { $0.checks.count } == [1, 0])
  }
}
