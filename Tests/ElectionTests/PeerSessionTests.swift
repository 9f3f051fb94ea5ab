import Model
import Testing
import Wire

@testable import Election

/// Two ends of a channel, and what goes between them.
struct PeerSessionTests {
  private static let cluster = Cluster(
    keyFile: "/key", heartbeat: .milliseconds(100), fall: 3, port: 8_383)
  private static let nodes = [
    Node(name: "a", addresses: [IPAddress("10.1.0.2")!, IPAddress("10.2.0.2")!]),
    Node(name: "b", addresses: [IPAddress("10.1.0.3")!, IPAddress("10.2.0.3")!]),
  ]
  private static let start = Instant.zero + .seconds(1_000)

  private static func end(_ name: NodeName, epoch: UInt64) -> PeerChannel {
    PeerChannel(
      cluster, nodes: nodes, own: name, epoch: epoch, digest: 1, after: nil, at: start)!
  }

  /// Hands all of it over; what is answered too.
  private static func deliver(
    _ datagrams: [Datagram], to one: inout PeerChannel, answeredBy other: inout PeerChannel,
    at now: Instant
  ) {
    for datagram in datagrams {
      let (_, answers) = one.received(datagram.payload, at: now)
      if !answers.isEmpty { deliver(answers, to: &other, answeredBy: &one, at: now) }
    }
  }

  /// Both know each other.
  private static func met() -> (a: PeerChannel, b: PeerChannel) {
    var (a, b) = (end("a", epoch: 11), end("b", epoch: 22))
    deliver(a.woke(at: start).datagrams, to: &b, answeredBy: &a, at: start)
    let later = start + .milliseconds(10)
    deliver(b.woke(at: later).datagrams, to: &a, answeredBy: &b, at: later)
    deliver(a.woke(at: start + .milliseconds(100)).datagrams, to: &b, answeredBy: &a, at: later)
    return (a, b)
  }

  @Test func `a heartbeat goes out by every path, from the own address of it`() {
    var a = Self.end("a", epoch: 11)
    let sent = a.woke(at: Self.start).datagrams
    #expect(sent.map(\.source) == [IPAddress("10.1.0.2"), IPAddress("10.2.0.2")])
    #expect(sent.map(\.destination) == [IPAddress("10.1.0.3")!, IPAddress("10.2.0.3")!])
    #expect(a.nextWake == Self.start + .milliseconds(100))
  }

  @Test func `a word counts once it answers one of ours`() {
    let (a, b) = Self.met()
    #expect(a.session(with: "b")?.presence == .alive)
    #expect(b.session(with: "a")?.presence == .alive)
  }

  @Test func `without a word on any path for so long a node is silent`() {
    var (a, _) = Self.met()
    let last = a.session(with: "b")!.lastHeard!
    #expect(a.woke(at: last + .milliseconds(299)).silent == [])
    #expect(a.woke(at: last + .milliseconds(300)).silent == ["b"])
    #expect(a.session(with: "b")?.presence == .silent && !a.hasCompany)
  }

  @Test func `what was recorded counts for nothing, in this run or in another`() {
    var (a, b) = Self.met()
    let recorded = b.says(
      [.init(group: 1, role: .active, priority: 200, wants: true)], at: Self.start)
    for datagram in recorded { _ = a.received(datagram.payload, at: Self.start) }
    let known = a.session(with: "b")
    for datagram in recorded { _ = a.received(datagram.payload, at: Self.start + .seconds(9)) }
    #expect(a.session(with: "b") == known && a.refusals[.replayed] == 2)
    var restarted = Self.end("a", epoch: 33)
    for datagram in recorded { _ = restarted.received(datagram.payload, at: Self.start) }
    #expect(restarted.session(with: "b")?.presence == .unknown)
    #expect(restarted.refusals[.unanswered] == 2)
  }

  @Test func `a node that starts again is known again, and its old words are not`() {
    var (a, old) = Self.met()
    let leftover = old.says(
      [.init(group: 1, role: .active, priority: 200, wants: true)], at: Self.start)
    var new = Self.end("b", epoch: 44)
    let now = Self.start + .seconds(1)
    Self.deliver(a.woke(at: now).datagrams, to: &new, answeredBy: &a, at: now)
    Self.deliver(new.woke(at: now).datagrams, to: &a, answeredBy: &new, at: now)
    let known = a.session(with: "b")
    for datagram in leftover { _ = a.received(datagram.payload, at: now) }
    #expect(a.session(with: "b") == known)
  }

  @Test func `what is new is said at once, and the same again is not`() {
    var (a, _) = Self.met()
    let word = PeerMessage.GroupWord(group: 1, role: .backup, priority: 150, wants: false)
    #expect(a.says([word], at: Self.start).count == 2)
    #expect(a.says([word], at: Self.start) == [])
  }

  @Test func `of strangers, for others, or unreadable: counted and dropped`() {
    var (a, b) = Self.met()
    let message = b.woke(at: Self.start + .milliseconds(200)).datagrams[0].payload
    var parsed = try! PeerMessage(parsing: message.span)
    parsed.sender = "c"
    _ = a.received(parsed.bytes, at: Self.start)
    parsed.sender = "b"
    parsed.recipient = "c"
    _ = a.received(parsed.bytes, at: Self.start)
    parsed.recipient = "a"
    parsed.path = 9
    _ = a.received(parsed.bytes, at: Self.start)
    _ = a.received([1, 2, 3], at: Self.start)
    #expect(
      a.refusals[.stranger] == 1 && a.refusals[.notForUs] == 1 && a.refusals[.wrongPath] == 1
        && a.refusals[.unreadable] == 1)
  }
}
