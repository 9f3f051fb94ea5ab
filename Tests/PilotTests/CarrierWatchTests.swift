import Model
import Testing

@testable import Pilot

struct CarrierWatchTests {
  /// Reads until `end`, each when it is due.
  private static func reads(_ watch: inout CarrierWatch, until end: Instant) -> [Instant] {
    var reads: [Instant] = []
    while let next = watch.next, next <= end {
      reads.append(next)
      watch.wasRead(at: next, hasLinks: true)
    }
    return reads
  }

  private static func calm() -> CarrierWatch {
    var watch = CarrierWatch()
    watch.wasRead(at: .zero, hasLinks: true)
    return watch
  }

  @Test
  func `the first read is due at once`() {
    #expect(CarrierWatch().isDue(at: .zero))
  }

  @Test
  func `in calm, links are read five times a second`() {
    var watch = Self.calm()
    #expect(Self.reads(&watch, until: .zero + .seconds(10)).count == 50)
  }

  @Test
  func `at a link event, and for two seconds after it, links are read every 10 ms`() {
    var watch = Self.calm()
    let event = Instant.zero + .milliseconds(37)
    watch.heard(at: event)
    let reads = Self.reads(&watch, until: event + .seconds(2))
    #expect(reads.first == event)
    #expect(zip(reads, reads.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(10) })
    #expect(reads.count == 201)
  }

  @Test
  func `events that follow on one another keep the beat`() {
    var watch = Self.calm()
    for event in 0..<100 {
      watch.heard(at: .zero + .milliseconds(event))
      if watch.isDue(at: .zero + .milliseconds(event)) {
        watch.wasRead(at: .zero + .milliseconds(event), hasLinks: true)
      }
      #expect(watch.next == .zero + .milliseconds(event / 10 * 10 + 10))
    }
  }

  @Test
  func `after a stall the beat starts anew, without a burst`() {
    var watch = Self.calm()
    let late = Instant.zero + .seconds(60)
    watch.wasRead(at: late, hasLinks: true)
    #expect(watch.next == late + .milliseconds(200))
  }

  @Test
  func `reads that are left out keep the beat`() {
    var whole = Self.calm()
    whole.heard(at: .zero)
    var leaping = whole
    let end = Instant.zero + .milliseconds(1_503)
    _ = Self.reads(&whole, until: end)
    leaping.leaveOut(before: end)
    #expect(leaping.next == whole.next)
  }
}
