import Model
import Testing
import Wire

@testable import Election

/// The channel of one node: what it sends and when, and what stays over a reload.
struct PeerChannelTests {
  private static let cluster = Cluster(
    keyFile: "/key", heartbeat: .milliseconds(100), fall: 3, port: 8_383)
  private static let start = Instant.zero + .seconds(1_000)

  private static func node(_ name: NodeName, _ addresses: String...) -> Node {
    Node(name: name, addresses: addresses.map { IPAddress($0)! })
  }

  private static let a = node("a", "10.1.0.2", "10.2.0.2")
  private static let b = node("b", "10.1.0.3", "10.2.0.3")
  private static let c = node("c", "10.1.0.4", "10.2.0.4")

  private static func channel(_ nodes: [Node] = [a, b], after old: PeerChannel? = nil)
    -> PeerChannel
  {
    PeerChannel(
      cluster, nodes: nodes, own: "a", epoch: 11, digest: 7, after: old, at: start)!
  }

  /// What the node of that name says to node a.
  private static func message(
    from sender: NodeName = "b", epoch: UInt64 = 22, echo: UInt64 = 11, counter: UInt64 = 1,
    path: UInt8 = 0, hears: UInt32 = 0b11, digest: UInt64 = 7
  ) -> [UInt8] {
    PeerMessage(
      sender: sender, recipient: "a", epoch: epoch, echo: echo, counter: counter, path: path,
      heardPaths: hears, digest: digest,
      groups: [.init(group: 1, role: .backup, priority: 150, wants: false)]
    ).bytes
  }

  private static func sent(_ datagrams: [Datagram]) throws -> [PeerMessage] {
    try datagrams.map { try PeerMessage(parsing: $0.payload.span) }
  }

  // MARK: - What it says

  @Test func `a message tells the run, the count, and by which paths the other is heard`() throws {
    var a = Self.channel()
    let first = try Self.sent(a.woke(at: Self.start).datagrams)
    #expect(first.map(\.counter) == [1, 1] && first.map(\.path) == [0, 1])
    #expect(first.allSatisfy { $0.epoch == 11 && $0.echo == 0 && $0.digest == 7 })
    #expect(first.allSatisfy { $0.heardPaths == 0 })
    _ = a.received(Self.message(path: 1), at: Self.start)
    let second = try Self.sent(a.woke(at: Self.start + .milliseconds(100)).datagrams)
    #expect(second.map(\.counter) == [2, 2])
    #expect(second.allSatisfy { $0.heardPaths == 0b10 && $0.echo == 22 })
    _ = a.received(Self.message(counter: 2), at: Self.start + .milliseconds(200))
    let third = try Self.sent(a.woke(at: Self.start + .milliseconds(299)).datagrams)
    #expect(third.allSatisfy { $0.heardPaths == 0b11 })
    let fourth = try Self.sent(a.woke(at: Self.start + .milliseconds(399)).datagrams)
    #expect(
      fourth.allSatisfy { $0.heardPaths == 0b01 }, "of the other path nothing came for a span")
  }

  @Test func `it is for no link in particular, to the cluster's port`() {
    var a = Self.channel()
    let sent = a.woke(at: Self.start).datagrams
    #expect(sent.allSatisfy { $0.interface == InterfaceIndex(0) })
    #expect(sent.allSatisfy { $0.medium == .peer(port: 8_383) })
  }

  @Test func `a path is between addresses of one family`() {
    let mixed = Self.node("b", "10.1.0.3", "fd00::3")
    var a = Self.channel([Self.a, mixed])
    #expect(a.woke(at: Self.start).datagrams.map(\.destination) == [IPAddress("10.1.0.3")!])
  }

  @Test func `what the other says of its hearing and its file is known, path by path`() {
    var a = Self.channel()
    #expect(a.session(with: "b")?.paths.map(\.isHeardThere) == [false, false])
    #expect(a.received(Self.message(hears: 0b10, digest: 8), at: Self.start).hasNews)
    #expect(a.session(with: "b")?.paths.map(\.isHeardThere) == [false, true])
    #expect(a.session(with: "b")?.digest == 8)
    #expect(!a.received(Self.message(counter: 2, digest: 8), at: Self.start).hasNews)
    #expect(a.session(with: "b")?.paths.map(\.isHeardThere) == [true, true])
    #expect(a.received(Self.message(counter: 3, digest: 7), at: Self.start).hasNews)
  }

  // MARK: - The beat

  @Test func `a heartbeat keeps its beat, and after a stall begins anew`() {
    var a = Self.channel()
    _ = a.woke(at: Self.start)
    #expect(a.woke(at: Self.start + .milliseconds(99)).datagrams == [])
    #expect(a.woke(at: Self.start + .milliseconds(130)).datagrams.count == 2)
    #expect(a.nextWake == Self.start + .milliseconds(200))
    _ = a.woke(at: Self.start + .milliseconds(299))
    #expect(a.nextWake == Self.start + .milliseconds(300))
    _ = a.woke(at: Self.start + .milliseconds(400))
    #expect(a.nextWake == Self.start + .milliseconds(500))
    _ = a.woke(at: Self.start + .milliseconds(5_030))
    #expect(a.nextWake == Self.start + .milliseconds(5_130))
  }

  @Test func `what is new takes the place of the next heartbeat`() {
    var a = Self.channel()
    _ = a.woke(at: Self.start)
    let word = PeerMessage.GroupWord(group: 1, role: .backup, priority: 150, wants: false)
    #expect(a.says([word], at: Self.start + .milliseconds(40)).count == 2)
    #expect(a.nextWake == Self.start + .milliseconds(140))
  }

  // MARK: - Who does not know us yet

  @Test func `whoever does not know us is answered, once each 5 ms`() throws {
    var a = Self.channel()
    let stale = Self.message(echo: 9)
    let (hasNews, answers) = a.received(stale, at: Self.start)
    #expect(!hasNews && answers.count == 2)
    #expect(try Self.sent(answers).allSatisfy { $0.echo == 22 })
    #expect(a.received(stale, at: Self.start + .nanoseconds(4_999_999)).answers == [])
    let later = a.received(stale, at: Self.start + .milliseconds(5))
    #expect(!later.hasNews && later.answers.count == 2)
    #expect(a.session(with: "b")?.presence == .unknown)
  }

  @Test func `no run has the number 0, and none that has ended counts again`() {
    var a = Self.channel()
    _ = a.received(Self.message(), at: Self.start)
    #expect(!a.received(Self.message(epoch: 0), at: Self.start).hasNews)
    _ = a.received(Self.message(epoch: 33), at: Self.start)
    #expect(!a.received(Self.message(epoch: 22, counter: 9, digest: 8), at: Self.start).hasNews)
    #expect(a.refusals == [.replayed: 2] && a.session(with: "b")?.digest == 7)
  }

  // MARK: - Several, and over a reload

  @Test func `one that is there is company, whoever else is not`() {
    var a = Self.channel([Self.a, Self.b, Self.c])
    #expect(!a.hasCompany)
    _ = a.received(Self.message(from: "c"), at: Self.start)
    #expect(a.hasCompany && a.session(with: "b")?.presence == .unknown)
    #expect(a.session(with: "c")?.presence == .alive)
  }

  @Test func `over a reload nodes that are the same are known, and others begin anew`() {
    var old = Self.channel([Self.a, Self.b, Self.c])
    let word = PeerMessage.GroupWord(group: 1, role: .active, priority: 200, wants: true)
    _ = old.says([word], at: Self.start)
    for name: NodeName in ["b", "c"] { _ = old.received(Self.message(from: name), at: Self.start) }
    let moved = Self.node("b", "10.1.0.33", "10.2.0.3")
    var new = Self.channel([Self.a, moved, Self.c], after: old)
    #expect(new.session(with: "b")?.presence == .unknown)
    #expect(new.session(with: "c") == old.session(with: "c"))
    #expect(new.says([word], at: Self.start) == [], "that was said already")
    let swapped = Self.channel([Self.a, Self.node("c", "10.1.0.3", "10.2.0.3")], after: old)
    #expect(swapped.session(with: "c")?.presence == .unknown)
  }
}
