import Model
import Testing
import Wire

@testable import Election

/// With one router: the state machine of RFC 9568 §6.4, by clause.
struct SyncGroupTests {
  // MARK: - Initialize (§6.4.1)

  @Test func `it starts as a backup, and is active when nobody was heard`() {
    var node = Candidate(priority: 100)
    #expect(node.sync.role == .backup && !node.sync.holds)
    #expect(node.takeSaid() == [])
    node.run(for: .nanoseconds(3_609_374_999))
    #expect(!node.sync.holds)
    node.run(for: .nanoseconds(1))
    #expect(node.sync.role == .active && node.sync.holds)
    #expect(node.acts.last == .moved)
    #expect(node.takeSaid() == [.init(priority: 100)])
  }

  @Test func `the owner of the addresses is active at once`() {
    var node = Candidate(priority: 255)
    #expect(node.sync.role == .active)
    #expect(node.takeSaid() == [.init(priority: 255)])
  }

  @Test func `until its links are there it waits, and says nothing`() throws {
    var node = Candidate(priority: 255, isFit: false)
    #expect(node.sync.role == .waiting && node.sync.nextWake == nil)
    try node.hear(100)
    node.run(for: .seconds(60))
    #expect(!node.sync.holds && node.acts.isEmpty)
  }

  @Test func `an active router says so at its interval`() {
    var node = Candidate(priority: 255, interval: .milliseconds(100))
    node.run(for: .seconds(1))
    #expect(node.takeSaid().count == 11)
  }

  // MARK: - Timers (§6.1)

  @Test(arguments: [
    // 3 × interval + (256 − priority) × interval / 256
    (VRRPVersion.three, UInt8(100), Duration.seconds(1), Duration.nanoseconds(3_609_375_000)),
    (.three, 200, .milliseconds(100), .nanoseconds(321_875_000)),
    (.three, 254, .milliseconds(10), .nanoseconds(30_078_125)),
    (.three, 1, .milliseconds(40_950), .nanoseconds(163_640_039_062)),
    // RFC 3768 §6.1: 3 × interval + (256 − priority) / 256 s
    (.two, 100, .seconds(1), .nanoseconds(3_609_375_000)),
    (.two, 100, .seconds(4), .nanoseconds(12_609_375_000)),
    (.two, 254, .seconds(255), .nanoseconds(765_007_812_500)),
  ])
  func `who is active is missed after three intervals and the skew`(
    version: VRRPVersion, priority: UInt8, interval: Duration, expected: Duration
  ) throws {
    var node = Candidate(priority: priority, version: version, interval: interval)
    #expect(node.untilActive == expected)
    node.stall(for: interval)
    try node.hear(255)
    #expect(node.untilActive == expected)
  }

  @Test func `a backup goes by the interval of whoever is active`() throws {
    var node = Candidate(priority: 200, interval: .seconds(1))
    try node.hear(254, every: .milliseconds(40))
    #expect(node.untilActive == .nanoseconds(128_750_000))
    try node.hear(254, every: .seconds(2))
    #expect(node.untilActive == .nanoseconds(6_437_500_000))
    node.run(for: .seconds(7))
    // Its own again, once it is active itself.
    _ = node.takeSaid()
    node.run(for: .seconds(3))
    #expect(node.takeSaid().count == 3)
  }

  @Test func `version 2 passes over another interval, as RFC 3768 wants it`() throws {
    var node = Candidate(version: .two, interval: .seconds(1))
    node.run(for: .seconds(3))
    let before = node.sync
    #expect(throws: VRRPRefusal.otherInterval) { try node.hear(200, every: .seconds(2)) }
    #expect(throws: VRRPRefusal.version) { try node.hear(200, version: .three) }
    #expect(node.sync == before)
    try node.hear(200)
    #expect(node.sync != before)
  }

  // MARK: - Backup (§6.4.2)

  @Test func `priority 0 leaves the skew, and the better bid has it first`() throws {
    for (priority, skew) in [(UInt8(100), 609_375_000), (200, 218_750_000)] {
      var node = Candidate(priority: priority)
      try node.hear(254)
      node.run(for: .milliseconds(900))
      try node.hear(0)
      #expect(node.untilActive == .nanoseconds(skew))
    }
  }

  @Test func `where no third could come, priority 0 is answered at once`() throws {
    var node = Candidate(priority: 100, isSoleHeir: true)
    try node.hear(254)
    node.run(for: .milliseconds(900))
    try node.hear(0)
    #expect(node.untilActive == .zero)
    node.wake()
    #expect(node.takeSaid() == [.init(priority: 100)])
  }

  @Test func `the skew after priority 0 is counted in the interval that was heard`() throws {
    var node = Candidate(priority: 128, interval: .seconds(1))
    try node.hear(254, every: .milliseconds(100))
    try node.hear(0, every: .milliseconds(100))
    #expect(node.untilActive == .milliseconds(50))
  }

  @Test(arguments: [
    (true, UInt8(99), true), (true, 100, false), (true, 101, false),
    (false, 10, false), (false, 99, false), (false, 255, false),
  ])
  func `with preemption a lower one is passed over, and an equal one never`(
    preempts: Bool, heard: UInt8, takesOver: Bool
  ) throws {
    var node = Candidate(priority: 100, preempts: preempts)
    for _ in 0..<10 {
      try node.hear(heard)
      node.run(for: .seconds(1))
    }
    #expect(node.sync.holds == takesOver)
  }

  /// A lower priority moves no deadline, however often it is heard.
  @Test func `the deadline is set once`() throws {
    var node = Candidate(priority: 100)
    for _ in 0..<36 {
      try node.hear(50)
      node.run(for: .milliseconds(100))
    }
    #expect(node.untilActive == .nanoseconds(9_375_000))
  }

  // MARK: - Active (§6.4.3)

  @Test(arguments: [
    (UInt8(101), UInt32(3), false), (101, 9, false), (100, 9, false), (100, 3, true),
    (99, 9, true), (99, 3, true),
  ])
  func `a higher priority takes it, and of equal ones the higher address`(
    priority: UInt8, host: UInt32, stays: Bool
  ) throws {
    var node = Candidate(priority: 100)
    node.run(for: .seconds(4))
    _ = node.takeSaid()
    try node.hear(priority, from: host)
    #expect(node.sync.role == (stays ? .active : .yielding))
    guard !stays else { return }
    #expect(node.sync.holds, "the other speaks before it has the addresses")
    node.run(for: .milliseconds(50))
    #expect(node.sync.role == .backup && !node.sync.holds)
    #expect(node.untilActive == .nanoseconds(3_559_375_000))
  }

  /// Erratum 8298.
  @Test func `two owners resolve as all do`() throws {
    var node = Candidate(priority: 255)
    try node.hear(255, from: 9)
    node.run(for: .milliseconds(50))
    #expect(node.sync.role == .backup)
    var other = Candidate(priority: 255)
    try other.hear(255, from: 3)
    #expect(other.sync.role == .active)
  }

  @Test func `a lower priority is answered at once, to all on the link`() throws {
    var node = Candidate(priority: 100)
    node.run(for: .seconds(4))
    _ = node.takeSaid()
    try node.hear(50)
    #expect(node.acts.contains(.announce(0)))
    #expect(node.takeSaid() == [.init(priority: 100)])
    // The answer was an advertisement: the next is due an interval later.
    node.run(for: .milliseconds(999))
    #expect(node.takeSaid() == [])
    node.run(for: .milliseconds(1))
    #expect(node.takeSaid() == [.init(priority: 100)])
  }

  @Test func `however many claims come, one is answered each 10 ms`() throws {
    var node = Candidate(priority: 100)
    node.run(for: .seconds(4))
    _ = node.takeSaid()
    for _ in 0..<1_000 {
      try node.hear(50)
      node.stall(for: .microseconds(100))
    }
    #expect(node.takeSaid().count == 10)
  }

  @Test func `who stops is answered, and nobody's claim has to be outdone`() throws {
    var node = Candidate(priority: 100)
    node.run(for: .seconds(4))
    _ = node.takeSaid()
    try node.hear(0)
    #expect(!node.acts.contains(.announce(0)))
    #expect(node.takeSaid() == [.init(priority: 100)])
    #expect(node.sync.role == .active)
  }

  @Test func `another bid is told at once`() {
    var node = Candidate(priority: 100)
    node.run(for: .seconds(4))
    _ = node.takeSaid()
    node.carryOut { $0.bids(Bid(priority: 100, preempts: false), at: $1) }
    #expect(node.takeSaid() == [])
    node.carryOut { $0.bids(Bid(priority: 254, preempts: false), at: $1) }
    #expect(node.takeSaid() == [.init(priority: 254)])
  }

  // MARK: - Late wakes

  @Test func `after a stall the beat begins anew, and is not made up for`() {
    var node = Candidate(priority: 255)
    _ = node.takeSaid()
    node.stall(for: .milliseconds(1_400))
    node.wake()
    #expect(node.takeSaid().count == 1)
    #expect(node.sync.nextWake.map { $0 - node.now } == .milliseconds(600))
    node.stall(for: .milliseconds(4_600))
    node.wake()
    #expect(node.takeSaid().count == 1)
    #expect(node.sync.nextWake.map { $0 - node.now } == .seconds(1))
  }

  /// Sockets are drained first, so what came in the meantime counts.
  @Test func `a backup that wakes late and was spoken to stays one`() throws {
    var node = Candidate(priority: 100)
    try node.hear(200)
    node.stall(for: .seconds(30))
    try node.hear(200)
    node.wake()
    #expect(node.sync.role == .backup && node.acts == [.moved])
  }

  // MARK: - Forms of the checksum

  @Test func `a checksum goes out as others send it, or as the file says`() throws {
    var node = Candidate()
    #expect(node.sync.form(0) == .pseudoHeader)
    try node.hear(200, form: .message)
    #expect(node.sync.form(0) == .message)
    try node.hear(200, form: .pseudoHeader)
    #expect(node.sync.form(0) == .pseudoHeader)
    var set = SyncGroup(
      [.on(1, checksum: .message)], bid: Bid(priority: 100, preempts: true), isSoleHeir: false,
      at: node.now)
    _ = set.becameFit(holding: false, at: node.now)
    #expect(set.form(0) == .message)
  }

  @Test func `who is active is told for as long as it may be believed`() throws {
    var node = Candidate(priority: 100, interval: .milliseconds(100))
    try node.hear(200)
    #expect(node.sync.active(0, at: node.now)?.priority == 200)
    #expect(node.sync.active(0, at: node.now)?.address == IPAddress("10.1.0.3"))
    #expect(node.sync.active(0, at: node.now + .milliseconds(400)) != nil)
    #expect(node.sync.active(0, at: node.now + .milliseconds(401)) == nil)
    try node.hear(0)
    #expect(node.sync.active(0, at: node.now) == nil)
  }
}
