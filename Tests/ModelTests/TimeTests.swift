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
