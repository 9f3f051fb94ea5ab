import Model
import Testing
import Wire

@testable import Engine

/// The routers of a link as they are heard, and when they are asked for.
struct RouterWatchTests {
  private static let start = Instant.zero + .seconds(100)
  private static let routers = (1...6).map { IPAddress("fe80::\($0)")! }
  private static let low: UInt8 = 0x18
  private static let high: UInt8 = 0x08

  private static func said(_ seconds: Int64, flags: UInt8 = 0) -> RouterAdvertisement {
    RouterAdvertisement(flags: flags, lifetime: .seconds(seconds))
  }

  private static func heard(_ numbers: [Int], flags: [UInt8] = []) -> RouterWatch {
    var watch = RouterWatch()
    for (place, number) in numbers.enumerated() {
      let flag = place < flags.count ? flags[place] : 0
      _ = watch.heard(
        said(60 + Int64(place), flags: flag), from: routers[number], gateway: nil, at: start)
    }
    return watch
  }

  @Test
  func `only what changes who is chosen, or who has ended, is news`() {
    var watch = RouterWatch()
    func hear(_ number: Int, _ seconds: Int64) -> Bool {
      watch.heard(Self.said(seconds), from: Self.routers[number], gateway: nil, at: Self.start)
    }
    #expect(hear(0, 60) && !hear(0, 600) && !hear(1, 600))
    #expect(hear(1, 0), "it has ended")
    #expect(!hear(1, 0) && hear(1, 60))
    #expect(hear(0, 0) && watch.chosen == Self.routers[1])
  }

  @Test
  func `who ends is followed by the most preferred, of several alike the first heard`() {
    for (flags, next) in [
      ([0, 0, 0], 1), ([0, 0, Self.high], 2), ([0, Self.low, 0], 2),
      ([0, Self.high, Self.high], 1),
    ] {
      var watch = Self.heard([0, 1, 2], flags: flags)
      #expect(watch.chosen == Self.routers[0])
      _ = watch.heard(Self.said(0), from: Self.routers[0], gateway: nil, at: Self.start)
      #expect(watch.chosen == Self.routers[next])
      #expect(watch.hasEnded(Self.routers[0]) && !watch.lives(Self.routers[0]))
    }
  }

  @Test
  func `a router ends with its time, to the moment, and the next with its own`() {
    var watch = Self.heard([0, 1])
    #expect(watch.nextWake == Self.start + .seconds(60))
    let early = watch.woke(at: Self.start + .seconds(60) - .nanoseconds(1))
    #expect(!early && watch.chosen == Self.routers[0])
    let first = watch.woke(at: Self.start + .seconds(60))
    #expect(first && watch.chosen == Self.routers[1])
    #expect(watch.nextWake == Self.start + .seconds(61))
    let second = watch.woke(at: Self.start + .seconds(61))
    #expect(second && watch.chosen == nil && watch.nextWake == nil)
  }

  @Test
  func `four that live leave no room, one that has ended makes it`() {
    var watch = Self.heard([0, 1, 2, 3])
    _ = watch.heard(Self.said(60), from: Self.routers[4], gateway: nil, at: Self.start)
    #expect(!watch.lives(Self.routers[4]))
    _ = watch.heard(Self.said(0), from: Self.routers[2], gateway: nil, at: Self.start)
    _ = watch.heard(Self.said(60), from: Self.routers[4], gateway: nil, at: Self.start)
    #expect(Self.routers.map(watch.lives) == [true, true, false, true, true, false])
    #expect(!watch.hasEnded(Self.routers[2]), "its place was taken")
  }

  @Test
  func `who never was a router is remembered as none, only where it is the gateway`() {
    var watch = RouterWatch()
    let stranger = watch.heard(
      Self.said(0), from: Self.routers[0], gateway: Self.routers[1], at: Self.start)
    #expect(!stranger && !watch.hasEnded(Self.routers[0]))
    let gateway = watch.heard(
      Self.said(0), from: Self.routers[1], gateway: Self.routers[1], at: Self.start)
    #expect(gateway && watch.hasEnded(Self.routers[1]) && watch.chosen == nil)
  }

  // MARK: Asking

  @Test(arguments: UInt64(1)...20)
  func `a lacking router is asked for within a second, three times, and then given up`(
    seed: UInt64
  ) throws {
    var random = RandomSource(seed: seed)
    var search = RouterSearch()
    search.looked(isLacking: true, at: Self.start, random: &random)
    let first = try #require(search.nextWake)
    #expect(first >= Self.start + .milliseconds(500) && first <= Self.start + .seconds(1))
    // Looking once more moves nothing.
    search.looked(isLacking: true, at: Self.start + .milliseconds(400), random: &random)
    #expect(search.nextWake == first)
    #expect(search.woke(at: first - .nanoseconds(1)) == .none)
    for number in 0..<3 {
      #expect(search.woke(at: first + .seconds(4) * number) == .ask && !search.isOver)
    }
    #expect(search.woke(at: first + .seconds(12)) == .giveUp)
    #expect(search.isOver && search.nextWake == nil)
    search.looked(isLacking: true, at: first + .seconds(13), random: &random)
    #expect(search.isOver && search.woke(at: first + .seconds(20)) == .none)
    search.looked(isLacking: false, at: first + .seconds(20), random: &random)
    search.looked(isLacking: true, at: first + .seconds(30), random: &random)
    #expect(!search.isOver && search.nextWake != nil)
  }
}
