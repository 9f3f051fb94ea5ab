import Model
import Testing

struct TimeTests {
  /// Seconds as `date -u -d … +%s` gives them.
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
      (951_782_400, "2000-02-29T00:00:00.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
      (1_709_164_800, "2024-02-29T00:00:00.000Z"), (1_735_689_599, "2024-12-31T23:59:59.000Z"),
      (2_147_483_648, "2038-01-19T03:14:08.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.000Z"), (-86_400, "1969-12-31T00:00:00.000Z"),
      (-2_203_891_200, "1900-03-01T00:00:00.000Z"), (-2_208_988_800, "1900-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func `a time is written as RFC 3339 has it`(seconds: Int64, text: String) {
    #expect(Timestamp(nanoseconds: seconds * 1_000_000_000).text == text)
  }

  @Test
  func `milliseconds are cut, before 1970 too`() {
    #expect(Timestamp(nanoseconds: 1_999_999).text == "1970-01-01T00:00:00.001Z")
    #expect(Timestamp(nanoseconds: -1).text == "1969-12-31T23:59:59.999Z")
    #expect(Timestamp(nanoseconds: 3_723_004_000_000).clock == "01:02:03.004")
  }

  @Test
  func `an instant is told by the clocks that were read together`() {
    let clock = ClockReading(
      monotonic: .zero + .seconds(100), wall: Timestamp(nanoseconds: 1_000_000_000_000))
    #expect(clock.timestamp(of: .zero + .seconds(99)).nanoseconds == 999_000_000_000)
    #expect(clock.timestamp(of: .zero + .seconds(101)).nanoseconds == 1_001_000_000_000)
  }

  @Test
  func `what is still to come is told to the second`() {
    #expect(Timestamp(nanoseconds: 3_723_999_000_000).second == "01:02:03")
  }

  @Test(arguments: [
    ("01:00-05:00", 59, false), ("01:00-05:00", 60, true), ("01:00-05:00", 299, true),
    ("01:00-05:00", 300, false), ("22:00-04:00", 1_319, false), ("22:00-04:00", 1_320, true),
    ("22:00-04:00", 0, true), ("22:00-04:00", 239, true), ("22:00-04:00", 240, false),
    ("23:59-00:00", 1_439, true), ("23:59-00:00", 0, false),
  ])
  func `a window of the day holds its first minute, and not its last`(
    text: String, minute: Int64, isOpen: Bool
  ) throws {
    let window = try #require(Self.windows.first { "\($0)" == text })
    // The same minute in UTC, on another day before 1970, and elsewhere.
    for (day, offset) in [(0, 0), (-3, 0), (20_000, 7 * 3_600), (5, -3 * 3_600)] as [(Int64, Int64)]
    {
      let seconds = day * 86_400 + minute * 60 - offset
      for moment in [Int64(0), 59_999_999_999] {
        let time = Timestamp(nanoseconds: seconds * 1_000_000_000 + moment, offset: offset)
        #expect(window.contains(time) == isOpen)
      }
    }
  }

  private static let windows = [(60, 300), (1_320, 240), (1_439, 0)].compactMap {
    DailyWindow(from: $0.0, to: $0.1)
  }

  @Test(arguments: 0..<1_440)
  func `a window opens when it says, and not before`(minute: Int64) {
    for window in Self.windows {
      let time = Timestamp(nanoseconds: minute * 60_000_000_000 + 17)
      let wait = window.opening(after: time)
      #expect(window.contains(time) == (wait == .zero))
      #expect(window.contains(Timestamp(nanoseconds: time.nanoseconds + wait.nanoseconds)))
      #expect(
        wait == .zero
          || !window.contains(Timestamp(nanoseconds: time.nanoseconds + wait.nanoseconds - 1)))
    }
  }

  @Test
  func `a window has an hour, and a beginning that is not its end`() {
    #expect(DailyWindow(from: 60, to: 60) == nil)
    #expect(DailyWindow(from: -1, to: 60) == nil)
    #expect(DailyWindow(from: 0, to: 1_440) == nil)
  }

  @Test
  func `what the wall clock said is found on the monotonic one, if it can be`() {
    let clock = ClockReading(
      monotonic: .zero + .seconds(100), wall: Timestamp(nanoseconds: 1_000_000_000_000))
    for seconds in [-7, 0, 3] {
      let instant = Instant.zero + .seconds(100 + seconds)
      #expect(clock.instant(of: clock.timestamp(of: instant)) == instant)
    }
    for far in [Int64.min, Int64.max] {
      let found = clock.instant(of: Timestamp(nanoseconds: far))
      #expect(found.map { clock.timestamp(of: $0).nanoseconds == far } ?? true)
    }
    let late = ClockReading(monotonic: .zero, wall: Timestamp(nanoseconds: 2_000_000_000))
    #expect(late.instant(of: Timestamp(nanoseconds: .min)) == nil)
  }

  @Test(arguments: [
    (Duration.zero, "0s"), (.milliseconds(500), "500ms"), (.seconds(10), "10s"),
    (.seconds(300), "5m"), (.seconds(90), "90s"), (.seconds(7_200), "2h"),
    (.microseconds(15), "15us"),
    (.nanoseconds(7), "7ns"), (.milliseconds(1_500), "1500ms"),
  ])
  func `a duration is written as the file writes it`(duration: Duration, text: String) {
    #expect(duration.text == text)
  }

  @Test(arguments: [
    (Duration.microseconds(380), "0.4 ms"), (.milliseconds(1), "1 ms"),
    (.milliseconds(12), "12 ms"),
    (.milliseconds(3_240), "3.2 s"), (.seconds(5), "5 s"), (.seconds(240), "4 min"),
    (.seconds(5_400), "1.5 h"), (.seconds(3 * 86_400), "3 days"),
    // What rounds up to the next unit is told in it.
    (.microseconds(9_980), "10 ms"), (.microseconds(999_600), "1 s"),
    (.milliseconds(59_970), "1 min"),
  ])
  func `a duration is spoken as people say it`(duration: Duration, text: String) {
    #expect(duration.spoken == text)
  }
}
