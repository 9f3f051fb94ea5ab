import Model
import Testing

struct TimestampReadingTests {
  /// 2026-11-21 15:30 in Jakarta.
  private let now = Timestamp("2026-11-21T08:30:00Z", now: Timestamp(nanoseconds: 0)).map {
    Timestamp(nanoseconds: $0.nanoseconds, offset: 7 * 3_600)
  }!

  @Test(arguments: [
    ("14:02:10", "2026-11-21T14:02:10.000+07:00"),
    ("14:02", "2026-11-21T14:02:00.000+07:00"),
    ("14:02:10.412", "2026-11-21T14:02:10.412+07:00"),
    ("16:00", "2026-11-20T16:00:00.000+07:00"),  // today it has not been yet
    ("07:02Z", "2026-11-21T14:02:00.000+07:00"),
    ("2026-11-21T07:02:10.412Z", "2026-11-21T14:02:10.412+07:00"),
    ("2026-11-21T14:02:10+07:00", "2026-11-21T14:02:10.000+07:00"),
    ("2026-11-20 22:00", "2026-11-20T22:00:00.000+07:00"),
    ("2024-02-29T00:00:00Z", "2024-02-29T07:00:00.000+07:00"),
  ])
  func `a time is read as people write it`(text: String, meant: String) {
    #expect(Timestamp(text, now: now)?.text == meant)
  }

  @Test(arguments: [
    "", "noon", "25:00", "14", "14:60", "14:02:10.", "14:02:10.1234567890", "2026-02-30T10:00:00Z",
    "2026-13-01 10:00", "2026-11-21", "2026-11-21T", "14:02+7", "1-1-1 10:00", "-1:00", "١٤:٠٢",
  ])
  func `what is no time is none`(text: String) {
    #expect(Timestamp(text, now: now) == nil)
  }

  @Test
  func `what is written is read again`() {
    for days in stride(from: Int64(1), to: 40_000, by: 17) {
      let time = Timestamp(nanoseconds: days * 86_400_000_000_000 + 12_345_000_000, offset: -12_600)
      #expect(Timestamp(time.text, now: now)?.nanoseconds == time.nanoseconds)
    }
  }
}
