import Model

extension Form<DailyWindow> {
  /// `01:00-05:00`
  static let dailyWindow = Form.scalar(
    .text(
      "hours of the day such as `01:00-05:00`",
      pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"),
    write: \.description
  ) { text in
    guard let (from, to) = minutes(ofBoth: text) else {
      // An hour of one digit is what people write first.
      let padded = text.split(separator: "-").map { $0.count == 4 ? "0\($0)" : "\($0)" }
        .joined(separator: "-")
      return .mistaken(didYouMean: minutes(ofBoth: padded) == nil ? nil : padded)
    }
    guard let window = DailyWindow(from: from, to: to) else {
      return .wrong("opens and closes at the same minute; leave it out for the whole day")
    }
    return .value(window)
  }
}

private func minutes(ofBoth text: String) -> (from: Int, to: Int)? {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(minutes)
  guard parts.count == 2, let from = parts[0], let to = parts[1] else { return nil }
  return (from, to)
}

/// `HH:MM`, from `00:00` to `23:59`.
private func minutes(_ text: Substring) -> Int? {
  let parts = text.split(separator: ":", omittingEmptySubsequences: false)
  guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
    let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
  else { return nil }
  return hour * 60 + minute
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
