import Model
import Testing

@testable import Engine

/// When a link is told who has an address.
struct AddressAnnouncerTests {
  private static let start = Instant.zero + .seconds(10)

  /// The times at which it announced, in milliseconds.
  private static func announced(
    _ announcer: inout AddressAnnouncer, from: Int = 0, until: Int
  ) -> [Int] {
    (from...until).filter { announcer.isDue(at: start + .milliseconds($0)) }
  }

  @Test func `it tells at once, four times soon after, and then each minute`() {
    var announcer = AddressAnnouncer()
    #expect(Self.announced(&announcer, until: 10) == [])
    announcer.looked(isHolding: true, at: Self.start)
    #expect(
      Self.announced(&announcer, until: 130_000) == [
        0, 100, 500, 2_000, 5_000, 65_000, 125_000,
      ])
  }

  @Test func `whoever holds on is not told to begin anew, and who lost it is silent`() {
    var announcer = AddressAnnouncer()
    announcer.looked(isHolding: true, at: Self.start)
    _ = Self.announced(&announcer, until: 5_000)
    announcer.looked(isHolding: true, at: Self.start + .seconds(6))
    #expect(Self.announced(&announcer, from: 6_000, until: 64_000) == [])
    announcer.looked(isHolding: false, at: Self.start + .seconds(64))
    #expect(announcer.next == nil)
    announcer.contested(at: Self.start + .seconds(64))
    #expect(announcer.next == nil)
    announcer.looked(isHolding: true, at: Self.start + .seconds(70))
    #expect(Self.announced(&announcer, from: 70_000, until: 71_000) == [70_000, 70_100, 70_500])
  }

  @Test func `a claim in the moment in which it is back delays nothing`() {
    var announcer = AddressAnnouncer()
    announcer.looked(isHolding: true, at: Self.start)
    _ = Self.announced(&announcer, until: 100)
    announcer.looked(isHolding: false, at: Self.start + .milliseconds(150))
    announcer.looked(isHolding: true, at: Self.start + .milliseconds(200))
    announcer.contested(at: Self.start + .milliseconds(200))
    #expect(announcer.next == Self.start + .milliseconds(200))
  }

  @Test func `a claim is answered at once, and again each half second at most`() {
    var announcer = AddressAnnouncer()
    announcer.looked(isHolding: true, at: Self.start)
    _ = Self.announced(&announcer, until: 30_000)
    announcer.contested(at: Self.start + .seconds(30))
    #expect(announcer.next == Self.start + .seconds(30))
    #expect(Self.announced(&announcer, from: 30_000, until: 30_050) == [30_000])
    announcer.contested(at: Self.start + .milliseconds(30_060))
    #expect(announcer.next == Self.start + .milliseconds(30_500))
    #expect(
      Self.announced(&announcer, from: 30_060, until: 32_600) == [30_500, 30_600, 31_000, 32_500])
  }
}
