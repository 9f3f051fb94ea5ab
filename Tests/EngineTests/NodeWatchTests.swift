import Model
import Testing

@testable import Engine

/// What advertisements, and their end, tell of a node.
struct NodeWatchTests {
  private static let start = Instant.zero + .seconds(10)

  @Test func `of a node that was never heard nothing is known`() {
    var watch = NodeWatch()
    #expect(watch.standing == Standing(health: .unknown) && !watch.hasResigned)
    watch.fellSilent(at: Self.start)
    #expect(watch == NodeWatch(), "who never spoke falls silent for nobody")
  }

  @Test func `who advertises is active, and as well as its priority says`() {
    var watch = NodeWatch()
    watch.advertised(priority: 10, at: Self.start)
    #expect(watch.isActive && watch.standing == Standing(health: .up) && !watch.hasResigned)
    #expect(watch.lastHeard == Self.start && watch.lastAdvertised == Self.start)
    watch.heard(priority: 8, at: Self.start + .seconds(1))
    #expect(watch.standing == Standing(health: .down) && watch.priority == 8)
    #expect(watch.lastAdvertised == Self.start && watch.lastHeard == Self.start + .seconds(1))
  }

  @Test func `who was sent away stays away, until it is heard otherwise or an operator wants it`() {
    var watch = NodeWatch()
    watch.advertised(priority: 9, at: Self.start)
    #expect(watch.standing.obstacles == [.peerAside])
    watch.mayBeAsked()
    #expect(watch.standing.obstacles == [.peerAside], "it says so still")
    watch.resigned(at: Self.start + .seconds(1))
    #expect(watch.standing.obstacles == [.peerAside])
    watch.mayBeAsked()
    #expect(watch.standing == Standing(health: .unknown))
    watch.advertised(priority: 9, at: Self.start + .seconds(2))
    watch.advertised(priority: 150, at: Self.start + .seconds(3))
    #expect(watch.standing == Standing(health: .up))
  }

  @Test func `who resigned is not missed, and who fell silent is, until it speaks`() {
    var watch = NodeWatch()
    watch.advertised(priority: 200, at: Self.start)
    watch.resigned(at: Self.start + .seconds(1))
    #expect(watch.hasResigned && !watch.isActive && !watch.isSilent)
    #expect(watch.standing == Standing(health: .unknown))
    watch.fellSilent(at: Self.start + .seconds(2))
    #expect(watch.hasResigned && !watch.isSilent)
    watch.advertised(priority: 200, at: Self.start + .seconds(3))
    watch.fellSilent(at: Self.start + .seconds(4))
    #expect(watch.isSilent && !watch.isActive && !watch.hasResigned)
    #expect(watch.standing == Standing(obstacles: [.peerSilent], health: .unknown))
    watch.advertised(priority: 200, at: Self.start + .seconds(5))
    #expect(!watch.isSilent && watch.standing == Standing(health: .up))
  }
}
