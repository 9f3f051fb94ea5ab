extension Timestamp {
  /// A time as people write it: `2026-11-21T14:02:10.412Z`, `2026-11-21 14:02`, or `14:02:10`, the
  /// last time that the clock showed that. Without a zone it is the local one.
  ///
  /// - Parameter now: tells the day and the zone.
  /// - Returns: nil for what is no time.
  public init?(_ text: String, now: Timestamp) {
    let words = text.split(separator: text.contains("T") ? "T" : " ", maxSplits: 1)
    guard let last = words.last, let clock = Clock(last) else { return nil }
    let offset = clock.offset ?? now.offset
    let local = now.nanoseconds + offset * 1_000_000_000
    if words.count == 2 {
      guard let days = Self.days(words[0]),
        // A day that its month does not have is no day.
        Timestamp(nanoseconds: days * Self.day).text.hasPrefix(words[0])
      else { return nil }
      self.init(
        nanoseconds: days * Self.day + clock.nanoseconds - offset * 1_000_000_000,
        offset: now.offset)
    } else {
      let midnight =
        local - Timestamp(nanoseconds: now.nanoseconds, offset: offset).nanosecondsOfDay
      let today = midnight + clock.nanoseconds
      self.init(
        nanoseconds: (today > local ? today - Self.day : today) - offset * 1_000_000_000,
        offset: now.offset)
    }
  }

  /// `14:02`, `14:02:10`, `14:02:10.412`, each also with `Z` or `+07:00`.
  private struct Clock {
    var nanoseconds: Int64
    var offset: Int64?

    init?(_ text: Substring) {
      var text = text
      if text.hasSuffix("Z") {
        offset = 0
        text = text.dropLast()
      } else if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) {
        let parts = text[text.index(after: sign)...].split(separator: ":").map { Int64($0) }
        guard parts.count == 2, let hours = parts[0], let minutes = parts[1], hours < 24,
          minutes < 60
        else { return nil }
        offset = (hours * 3_600 + minutes * 60) * (text[sign] == "-" ? -1 : 1)
        text = text[..<sign]
      }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2 || parts.count == 3, let hour = Self.number(parts[0], below: 24),
        let minute = Self.number(parts[1], below: 60)
      else { return nil }
      nanoseconds = (hour * 60 + minute) * 60_000_000_000
      guard parts.count == 3 else { return }
      let second = parts[2].split(separator: ".", omittingEmptySubsequences: false)
      guard second.count <= 2, let whole = Self.number(second[0], below: 60) else { return nil }
      nanoseconds += whole * 1_000_000_000
      guard second.count == 2 else { return }
      let digits = second[1]
      guard (1...9).contains(digits.count), let fraction = Self.number(digits, below: .max) else {
        return nil
      }
      nanoseconds += (0..<(9 - digits.count)).reduce(fraction) { value, _ in value * 10 }
    }

    static func number(_ text: Substring, below limit: Int64) -> Int64? {
      guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = Int64(text), number < limit
      else { return nil }
      return number
    }
  }

  /// Days since 1970 of `2026-11-21`, in the proleptic Gregorian calendar.
  private static func days(_ text: Substring) -> Int64? {
    let parts = text.split(separator: "-").map { Clock.number($0, below: 10_000) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      (1...12).contains(month), (1...31).contains(day), (1970...2200).contains(year)
    else { return nil }
    // Count from 1 March, so that the leap day is the last of its year.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
