import Model
import Testing
import Wire

@testable import Engine

/// What hosts of one LAN are told, and when.
struct PrefixTellerTests {
  private static let br0 = InterfaceName("br0")!
  private static let index = InterfaceIndex(9)
  private static let own = IPAddress("fe80::9")!
  private static let first = Prefix(IPAddress("2001:db8:a::")!, length: 64)
  private static let second = Prefix(IPAddress("2001:db8:b::")!, length: 64)
  private static let start = Instant.zero + .seconds(100)

  private static func kernel(
    _ addresses: [String] = ["fe80::9/64"], isUp: Bool = true, hasCarrier: Bool = true,
    stage: HeldAddress.Stage = .preferred
  ) -> KernelState {
    var kernel = KernelState()
    kernel.apply(.link(Rig.link(index, "br0", isUp: isUp, hasCarrier: hasCarrier)))
    for text in addresses {
      let address = InterfaceAddress(text)!
      kernel.apply(.address(HeldAddress(interface: index, address: address, stage: stage)))
    }
    return kernel
  }

  private static func teller(
    deprecated: Set<Prefix> = [], after old: PrefixTeller? = nil, kernel: KernelState = kernel()
  ) -> PrefixTeller {
    var teller = PrefixTeller(
      br0, [(first, "isp1"), (second, "isp2")], deprecated: deprecated, after: old, at: start)
    teller.observed(kernel, at: start)
    return teller
  }

  /// isp1 carries, and hosts have been told so often enough.
  private static func settled() -> PrefixTeller {
    var teller = teller()
    teller.carried(by: ["isp1"], plain: ["isp1"], at: start)
    for number in 0..<3 { _ = teller.woke(at: start + .seconds(3) * number) }
    return teller
  }

  private static func advertisement(
    _ prefix: Prefix, preferred: Duration = .seconds(14_400)
  ) -> RouterAdvertisement {
    RouterAdvertisement(
      lifetime: .seconds(1_800),
      prefixes: [.init(prefix, validFor: .seconds(86_400), preferredFor: preferred)])
  }

  private func told(_ datagram: Datagram?) -> [Prefix: Duration]? {
    datagram.flatMap { try? RouterAdvertisement(parsing: $0.payload.span, hopLimit: 255) }.map {
      Dictionary(uniqueKeysWithValues: $0.prefixes.map { ($0.prefix, $0.preferredFor) })
    }
  }

  private func next(_ teller: inout PrefixTeller, at now: Instant) throws -> RouterAdvertisement {
    let sent = teller.woke(at: now)
    let datagram = try #require(sent)
    return try RouterAdvertisement(parsing: datagram.payload.span, hopLimit: 255)
  }

  // MARK: When

  @Test
  func `a change is told at once, twice more each three seconds, and then each half minute`() {
    var teller = Self.teller()
    #expect(teller.nextWake == nil)
    teller.carried(by: ["isp1"], plain: ["isp1"], at: Self.start)
    var times: [Duration] = []
    while let next = teller.nextWake, next < Self.start + .seconds(80) {
      #expect(teller.woke(at: next - .nanoseconds(1)) == nil, "too early")
      #expect(told(teller.woke(at: next)) == [Self.second: .zero])
      times.append(next - Self.start)
    }
    #expect(times == [0, 3, 6, 36, 66].map { Duration.seconds($0) })
  }

  @Test
  func `what hosts begin from again is told three times, and then nothing is`() {
    var teller = Self.settled()
    teller.carried(by: ["isp1", "isp2"], plain: ["isp1", "isp2"], at: Self.start + .seconds(20))
    #expect(teller.deprecated == [Self.second], "hosts still take it for that")
    var times: [Duration] = []
    while let next = teller.nextWake {
      #expect(told(teller.woke(at: next)) == [Self.second: .seconds(2_700)])
      times.append(next - Self.start)
    }
    #expect(times == [20, 23, 26].map { Duration.seconds($0) })
    #expect(teller.deprecated == [])
  }

  @Test
  func `a change soon after an advertisement waits until half a second has gone by`() {
    var teller = Self.settled()
    let last = Self.start + .seconds(6)
    teller.carried(by: ["isp2"], plain: ["isp2"], at: last + .milliseconds(100))
    #expect(teller.nextWake == last + .milliseconds(500))
    #expect(teller.topics.map(\.isDeprecated) == [true, false])
    #expect(teller.topics.map(\.since) == .init(repeating: last + .milliseconds(100), count: 2))
    var later = Self.settled()
    later.carried(by: ["isp2"], plain: ["isp2"], at: last + .seconds(5))
    #expect(later.nextWake == last + .seconds(5))
  }

  @Test
  func `who carries as before has nothing to say`() {
    var teller = Self.settled()
    let (due, topics) = (teller.nextWake, teller.topics)
    teller.carried(by: ["isp1"], plain: ["isp1"], at: Self.start + .seconds(10))
    #expect(teller.nextWake == due && teller.topics == topics)
  }

  @Test
  func `a host that asks is answered once, later than others do and three seconds after the last`()
  {
    var teller = Self.settled()
    let last = Self.start + .seconds(6)
    teller.wasAsked(at: last + .seconds(1))
    #expect(teller.nextWake == last + .seconds(3))
    teller.wasAsked(at: last + .seconds(2))
    #expect(teller.nextWake == last + .seconds(3), "one answer is for all")
    #expect(told(teller.woke(at: last + .seconds(3))) == [Self.second: .zero])
    teller.wasAsked(at: last + .seconds(10))
    #expect(teller.nextWake == last + .milliseconds(10_600))
    _ = teller.woke(at: last + .milliseconds(10_600))
    #expect(teller.nextWake == last + .milliseconds(40_600), "then it goes on as before")
  }

  /// A change comes between the question and its answer.
  @Test
  func `an answer that would come right after an advertisement waits three seconds more`() {
    var teller = Self.settled()
    let last = Self.start + .seconds(6)
    teller.wasAsked(at: last + .seconds(20))
    teller.carried(by: ["isp2"], plain: ["isp2"], at: last + .milliseconds(20_100))
    _ = teller.woke(at: last + .milliseconds(20_100))
    #expect(teller.nextWake == last + .milliseconds(23_100))
    _ = teller.woke(at: last + .milliseconds(23_100))
    #expect(teller.nextWake == last + .milliseconds(26_100))
  }

  @Test
  func `who has nothing to tell answers no host`() {
    var teller = Self.teller()
    teller.wasAsked(at: Self.start)
    #expect(teller.nextWake == nil)
    var absent = Self.settled()
    absent.observed(KernelState(), at: Self.start + .seconds(7))
    absent.wasAsked(at: Self.start + .seconds(8))
    #expect(absent.nextWake == nil && absent.woke(at: Self.start + .seconds(60)) == nil)
  }

  @Test
  func `another's word is contradicted three seconds after ours, if it is not due before`() {
    var teller = Self.settled()
    let last = Self.start + .seconds(6)
    let stranger = IPAddress("fe80::bad")!
    teller.heard(Self.advertisement(Self.second), from: stranger, at: last + .seconds(1))
    #expect(teller.nextWake == last + .seconds(3))
    // What is as it should be is not contradicted.
    var other = Self.settled()
    other.heard(Self.advertisement(Self.first), from: stranger, at: last + .seconds(1))
    other.heard(
      Self.advertisement(Self.second, preferred: .zero), from: stranger, at: last + .seconds(1))
    #expect(other.nextWake == last + .seconds(30))
    var due = Self.settled()
    due.heard(Self.advertisement(Self.second), from: stranger, at: last + .milliseconds(29_500))
    #expect(due.nextWake == last + .milliseconds(29_500))
  }

  // MARK: What

  @Test
  func `where nobody is heard, the lifetimes are those of RFC 9096, and of two hours`() throws {
    var teller = Self.teller()
    teller.carried(by: ["isp1"], plain: ["isp1"], at: Self.start)
    let sent = teller.woke(at: Self.start)
    let gone = try #require(sent)
    #expect(gone.medium == .neighbor && gone.interface == Self.index)
    #expect(gone.source == Self.own && gone.destination == .allNodes)
    let said = try RouterAdvertisement(parsing: gone.payload.span, hopLimit: 255)
    #expect(said.lifetime == .seconds(1_800) && said.flags == 0 && said.hopLimit == nil)
    #expect(said.prefixes.map(\.validFor) == [.seconds(7_200)])
    teller.carried(by: ["isp2"], plain: ["isp2"], at: Self.start + .seconds(60))
    let prefixes = try next(&teller, at: Self.start + .seconds(60)).prefixes
    #expect(prefixes.map(\.prefix) == [Self.first, Self.second])
    #expect(prefixes.map(\.validFor) == [.seconds(7_200), .seconds(5_400)])
    #expect(prefixes.map(\.preferredFor) == [.zero, .seconds(2_700)])
  }

  @Test
  func `a deprecated prefix is valid for no longer than others give it`() throws {
    var teller = Self.settled()
    var short = Self.advertisement(Self.second)
    short.prefixes[0].validFor = .seconds(600)
    teller.heard(short, from: Self.own, at: Self.start + .seconds(20))
    let prefixes = try next(&teller, at: Self.start + .seconds(20)).prefixes
    #expect(prefixes.map(\.validFor) == [.seconds(600)])
  }

  @Test
  func `only this machine's own advertiser is copied`() throws {
    var teller = Self.settled()
    var theirs = Self.advertisement(Self.second)
    theirs.flags = 0x40
    teller.heard(theirs, from: IPAddress("fe80::bad")!, at: Self.start + .seconds(20))
    let first = try next(&teller, at: Self.start + .seconds(20))
    #expect(first.flags == 0)
    teller.heard(theirs, from: Self.own, at: Self.start + .seconds(40))
    let second = try next(&teller, at: Self.start + .seconds(40))
    #expect(second.flags == 0x40)
  }

  @Test
  func `while nobody carries plainly, all stays as it was told`() {
    var teller = Self.settled()
    teller.carried(by: [], plain: [], at: Self.start + .seconds(20))
    #expect(teller.topics.map(\.isDeprecated) == [false, true])
    teller.carried(by: ["isp2"], plain: [], at: Self.start + .seconds(20))
    #expect(teller.topics.map(\.isDeprecated) == [false, false], "who carries is good again")
  }

  @Test
  func `a prefix that is gone from the file is said to be good once more`() {
    let teller = Self.settled()
    #expect(told(teller.farewell(to: [teller.topics[1]])) == [Self.second: .seconds(2_700)])
    #expect(teller.farewell(to: [teller.topics[0]]) == nil, "that was good all the time")
    var absent = teller
    absent.observed(KernelState(), at: Self.start + .seconds(7))
    #expect(absent.farewell(to: [teller.topics[1]]) == nil)
  }

  // MARK: Where from

  @Test
  func `it is told from a link-local address that is ready, while the link has a carrier`() {
    #expect(Self.teller().index == Self.index)
    for kernel in [
      KernelState(), Self.kernel(isUp: false), Self.kernel(hasCarrier: false), Self.kernel([]),
      Self.kernel(["2001:db8:a::1/64"]), Self.kernel(["169.254.1.1/16"]),
      Self.kernel(stage: .tentative),
    ] {
      let teller = Self.teller(kernel: kernel)
      #expect(teller.index == nil && teller.isAbsent)
    }
  }

  @Test
  func `what could not be told while the link was gone is told when it is back`() {
    var teller = Self.settled()
    teller.observed(Self.kernel(hasCarrier: false), at: Self.start + .seconds(7))
    #expect(teller.nextWake == nil)
    teller.observed(Self.kernel(), at: Self.start + .seconds(50))
    #expect(teller.nextWake == Self.start + .seconds(50))
    // The same place once more is no news.
    _ = teller.woke(at: Self.start + .seconds(50))
    let due = teller.nextWake
    teller.observed(Self.kernel(), at: Self.start + .seconds(51))
    #expect(teller.nextWake == due)
    var silent = Self.teller(kernel: KernelState())
    silent.observed(Self.kernel(), at: Self.start + .seconds(1))
    #expect(silent.nextWake == nil, "there is nothing to tell")
  }

  @Test
  func `what could not be sent is said, and tried again three seconds later`() {
    var teller = Self.teller()
    teller.carried(by: ["isp1"], plain: ["isp1"], at: Self.start)
    _ = teller.woke(at: Self.start)
    teller.unsent("ENOBUFS", at: Self.start + .milliseconds(1))
    #expect(teller.trouble == "ENOBUFS")
    #expect(teller.nextWake == Self.start + .seconds(3))
    _ = teller.woke(at: Self.start + .seconds(3))
    #expect(teller.trouble == nil)
    var last = Self.settled()
    last.unsent("ENOBUFS", at: Self.start + .milliseconds(6_001))
    #expect(last.nextWake == Self.start + .milliseconds(9_001))
  }

  /// Or else a restart would forget to take it back.
  @Test
  func `until hosts have heard that a prefix is good again, it counts as deprecated`() {
    var teller = Self.settled()
    teller.carried(by: ["isp1", "isp2"], plain: ["isp1", "isp2"], at: Self.start + .seconds(20))
    _ = teller.woke(at: Self.start + .seconds(20))
    #expect(teller.deprecated == [])
    teller.unsent("ENOBUFS", at: Self.start + .seconds(20))
    #expect(teller.deprecated == [Self.second])
    for number in 1...2 { _ = teller.woke(at: Self.start + .seconds(20 + 3 * number)) }
    #expect(teller.deprecated == [])
  }

  // MARK: Starts and reloads

  @Test
  func `after a start it is told what hosts were told before, and after a reload it goes on`() {
    let started = Self.teller(deprecated: [Self.first])
    #expect(started.topics.map(\.isDeprecated) == [true, false])
    #expect(started.deprecated == [Self.first] && started.nextWake == Self.start)
    let old = Self.settled()
    let reloaded = PrefixTeller(
      Self.br0, [(Self.second, "isp2"), (Self.first, "isp2")], after: old,
      at: Self.start + .seconds(10))
    #expect(reloaded.topics.map(\.prefix) == [Self.second, Self.first])
    #expect(reloaded.topics.map(\.isDeprecated) == [true, false])
    #expect(reloaded.topics.map(\.since) == [Self.start, Self.start + .seconds(10)])
    #expect(reloaded.index == old.index && reloaded.nextWake == old.nextWake)
  }
}
