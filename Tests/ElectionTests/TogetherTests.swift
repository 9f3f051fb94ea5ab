import Model
import Testing
import Wire

@testable import Election

/// Several routers that move together, and what one node alone cannot know: where it differs from
/// RFC 9568, or goes beyond it.
struct TogetherTests {
  /// An active one of two links, which has said all that there is to say at first.
  private static func active(priority: UInt8 = 100, count: Int = 2) -> Candidate {
    var node = Candidate(priority: priority, count: count)
    node.run(for: .seconds(4))
    _ = node.takeSaid()
    return node
  }

  // MARK: - Several routers

  @Test func `it takes over when nobody is heard on any link`() throws {
    var node = Candidate(priority: 100, count: 2)
    for _ in 0..<20 {
      try node.hear(200, at: 1)
      node.run(for: .seconds(1))
    }
    // On the first link nothing was heard for long: whoever holds is alive all the same.
    #expect(node.sync.role == .backup)
    node.run(for: .nanoseconds(2_609_374_999))
    #expect(node.sync.role == .backup)
    node.run(for: .nanoseconds(1))
    #expect(node.takeSaid() == [.init(place: 0, priority: 100), .init(place: 1, priority: 100)])
  }

  @Test func `each router keeps a beat of its own`() {
    var node = Candidate(priority: 255)
    node.sync = SyncGroup(
      [.on(1, interval: .milliseconds(100)), .on(2, interval: .milliseconds(250))],
      bid: Bid(priority: 255, preempts: true), isSoleHeir: false, at: node.now)
    node.carryOut { $0.becameFit(holding: false, at: $1) }
    node.run(for: .milliseconds(1_000))
    let said = node.takeSaid()
    #expect(said.count { $0.place == 0 } == 11 + 1)
    #expect(said.count { $0.place == 1 } == 5)
  }

  @Test func `who stops on one link is believed on all where he was active`() throws {
    var node = Candidate(priority: 100, count: 2, isSoleHeir: true)
    try node.hear(200, at: 0)
    try node.hear(200, at: 1)
    try node.hear(0, at: 1)
    #expect(node.untilActive == .zero)
  }

  @Test func `of two nodes the one that hears the other waits without the skew`() throws {
    for (isSoleHeir, wait) in [(true, Duration.seconds(3)), (false, .nanoseconds(3_609_375_000))] {
      var node = Candidate(priority: 100, isSoleHeir: isSoleHeir)
      #expect(node.untilActive == .nanoseconds(3_609_375_000), "it may be one of many")
      try node.hear(200)
      #expect(node.untilActive == wait)
    }
  }

  @Test func `who stops does not stop another who is active`() throws {
    var node = Candidate(priority: 100, count: 2, isSoleHeir: true)
    try node.hear(200, from: 3, at: 0)
    try node.hear(200, from: 4, at: 1)
    try node.hear(0, from: 4, at: 1)
    #expect(node.untilActive == .seconds(3))
    #expect(node.sync.active(0, at: node.now) != nil && node.sync.active(1, at: node.now) == nil)
  }

  @Test func `a stronger one on one link takes all, and hears so on the others`() throws {
    var node = Self.active(count: 3)
    try node.hear(200, at: 1)
    #expect(node.acts.last == .moved)
    #expect(node.takeSaid() == [.init(place: 0, priority: 0), .init(place: 2, priority: 0)])
    node.run(for: .milliseconds(50))
    #expect(node.sync.role == .backup)
  }

  @Test func `a weaker one is answered on his link alone`() throws {
    var node = Self.active()
    try node.hear(50, at: 1)
    #expect(node.acts.contains(.announce(1)) && !node.acts.contains(.announce(0)))
    #expect(node.takeSaid() == [.init(place: 1, priority: 100)])
  }

  @Test func `a lost link takes the group along, with a word on every other`() {
    var node = Self.active()
    node.carryOut { $0.becameUnfit(at: $1) }
    #expect(node.sync.role == .waiting && !node.sync.holds)
    #expect(node.takeSaid().map(\.priority) == [0, 0])
    node.carryOut { $0.becameUnfit(at: $1) }
    #expect(node.acts.isEmpty)
    node.carryOut { $0.becameFit(holding: false, at: $1) }
    #expect(node.sync.role == .backup)
  }

  @Test func `a backup that loses a link has nothing to say`() {
    var node = Candidate(count: 2)
    _ = node.takeSaid()
    node.carryOut { $0.becameUnfit(at: $1) }
    #expect(node.acts == [.moved])
  }

  // MARK: - Bids of those who are not well

  @Test(arguments: [(UInt8(9), false, true), (9, true, true), (10, false, false)])
  func `a well one takes over from an unwell one, whatever failback says`(
    heard: UInt8, preempts: Bool, takesOver: Bool
  ) throws {
    var node = Candidate(priority: 100, preempts: preempts)
    for _ in 0..<10 {
      try node.hear(heard)
      node.run(for: .seconds(1))
    }
    #expect(node.sync.holds == takesOver)
  }

  @Test func `of two that are unwell the one that holds goes on`() throws {
    var node = Candidate(priority: 9, preempts: false)
    for _ in 0..<10 {
      try node.hear(8)
      node.run(for: .seconds(1))
    }
    #expect(!node.sync.holds)
  }

  @Test func `an unwell one leaves what is given up to others, for as long as they may come`()
    throws
  {
    var node = Candidate(priority: 9, isSoleHeir: true)
    try node.hear(200)
    let deadline = node.untilActive
    try node.hear(0)
    #expect(node.untilActive == deadline)
    node.run(for: .seconds(4))
    #expect(node.takeSaid().first == .init(priority: 9))
  }

  @Test func `bids by tier leave room above and below`() {
    #expect((1...5).map { Bid.priority(tier: $0, isWell: true) } == [200, 150, 100, 50, 10])
    #expect(
      (1...10).map { Bid.priority(tier: $0, isWell: false) } == [8, 7, 6, 5, 4, 3, 2, 1, 1, 1])
    #expect(Bid.priority(tier: 1, isWell: false) < Bid.aside)
    #expect(Bid.priority(tier: 100, isWell: true) > Bid.aside)
    #expect(Bid.priority(tier: 1, isWell: true) < Bid.pinned && Bid.pinned < Bid.owner)
  }

  // MARK: - Resuming

  @Test func `a restart that finds its addresses listens for an interval, and is active again`() {
    var node = Candidate(count: 2, holding: true)
    #expect(node.sync.role == .active && node.sync.holds)
    node.run(for: .milliseconds(999))
    #expect(node.takeSaid() == [])
    node.run(for: .milliseconds(1))
    #expect(node.sync.holds)
    #expect(node.takeSaid().map(\.place) == [0, 1])
  }

  @Test func `a restart that hears whoever came in its place leaves it to him`() throws {
    var node = Candidate(preempts: false, count: 2, holding: true)
    try node.hear(0)
    #expect(node.sync.holds)
    try node.hear(50, at: 1)
    #expect(node.sync.role == .backup && node.acts.last == .moved)
  }

  @Test func `a link that is lost while it resumes is told as any other`() {
    var node = Candidate(holding: true)
    _ = node.takeSaid()
    node.carryOut { $0.becameUnfit(at: $1) }
    #expect(!node.sync.holds)
    #expect(node.takeSaid() == [.init(priority: 0)])
  }

  // MARK: - Yielding

  @Test func `who goes says so, and keeps the addresses until another is heard`() throws {
    var node = Self.active()
    node.carryOut { $0.yields(at: $1) }
    #expect(node.sync.role == .yielding && node.sync.holds)
    #expect(node.takeSaid().map(\.priority) == [0, 0])
    node.run(for: .milliseconds(500))
    try node.hear(0)
    #expect(node.sync.role == .yielding && node.acts.isEmpty)
    try node.hear(50, at: 1)
    #expect(node.sync.holds, "the other speaks before it has the addresses")
    node.run(for: .milliseconds(50))
    #expect(node.sync.role == .backup && !node.sync.holds)
    #expect(node.takeSaid() == [])
  }

  @Test func `who goes and finds that nobody comes is active again`() {
    var node = Self.active()
    node.carryOut { $0.yields(at: $1) }
    node.carryOut { $0.bids(Bid(priority: 9, preempts: false), at: $1) }
    _ = node.takeSaid()
    node.run(for: .nanoseconds(1_099_999_999))
    #expect(node.sync.role == .yielding && node.takeSaid() == [])
    node.run(for: .nanoseconds(1))
    #expect(node.sync.role == .active)
    #expect(node.takeSaid().map(\.priority) == [9, 9])
  }

  @Test func `only who is active has something to yield`() {
    var node = Candidate()
    _ = node.takeSaid()
    node.carryOut { $0.yields(at: $1) }
    #expect(node.sync.role == .backup && node.acts.isEmpty)
    var yielding = Self.active()
    yielding.carryOut { $0.yields(at: $1) }
    let wake = yielding.sync.nextWake
    _ = yielding.takeSaid()
    yielding.stall(for: .milliseconds(200))
    yielding.carryOut { $0.yields(at: $1) }
    #expect(yielding.sync.nextWake == wake && yielding.acts.isEmpty)
  }

  @Test func `who knows that nobody else is there need not wait`() {
    var node = Candidate(count: 2)
    _ = node.takeSaid()
    node.carryOut { $0.isAlone(at: $1) }
    #expect(node.sync.holds && node.takeSaid().map(\.priority) == [100, 100])
    var absent = Candidate(isFit: false)
    absent.carryOut { $0.isAlone(at: $1) }
    #expect(!absent.sync.holds)
  }

  // MARK: - What is done at each step, and for how long

  @Test func `whoever stops being active says so, and then that its role is another`() throws {
    let steps: [(inout SyncGroup, Instant) -> [SyncGroup.Act]] = [
      { $0.becameUnfit(at: $1) }, { $0.yields(at: $1) }, { $0.isOutbid(at: $1) },
    ]
    for step in steps {
      var node = Self.active()
      node.carryOut(step)
      #expect(node.acts.last == .moved)
      #expect(node.takeSaid().map(\.priority) == [0, 0])
    }
  }

  @Test func `the weakest of all is somebody, to whom it is left`() throws {
    var yielding = Self.active()
    yielding.carryOut { $0.yields(at: $1) }
    try yielding.hear(1)
    #expect(yielding.acts.last == .moved && yielding.untilActive == nil)
    yielding.run(for: .milliseconds(50))
    #expect(yielding.sync.role == .backup)
    var resuming = Candidate(holding: true)
    try resuming.hear(1)
    #expect(resuming.sync.role == .backup)
  }

  @Test func `the slowest of its routers is waited for`() {
    let routers = [
      VirtualRouter.on(1, interval: .milliseconds(100)), .on(2, interval: .milliseconds(250)),
    ]
    let bid = Bid(priority: 100, preempts: true)
    var node = Candidate(count: 2)
    node.sync = SyncGroup(routers, bid: bid, isSoleHeir: false, at: node.now)
    node.carryOut { $0.becameFit(holding: true, at: $1) }
    #expect(node.sync.nextWake.map { $0 - node.now } == .milliseconds(250))
    node.run(for: .milliseconds(250))
    #expect(node.sync.role == .active)
    node.carryOut { $0.yields(at: $1) }
    #expect(node.sync.nextWake.map { $0 - node.now } == .milliseconds(350))
  }

  @Test func `who is not fit hears all the same who is active`() throws {
    var node = Candidate(isFit: false)
    try node.hear(200)
    #expect(node.sync.active(0, at: node.now)?.priority == 200)
    try node.hear(1)
    #expect(node.sync.active(0, at: node.now)?.priority == 1)
    try node.hear(0)
    #expect(node.sync.active(0, at: node.now) == nil)
  }

  @Test func `where nobody was heard, nobody has stopped`() throws {
    var node = Candidate(priority: 100, count: 2, isSoleHeir: true)
    try node.hear(200, at: 1)
    try node.hear(0, at: 1)
    #expect(node.untilActive == .nanoseconds(3_609_375_000))
  }
}
