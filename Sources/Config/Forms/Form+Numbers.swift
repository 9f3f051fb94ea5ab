import Model

extension Form<Int> {
  static func number(_ bounds: ClosedRange<Int>) -> Form {
    .scalar(.number(bounds), write: String.init) { text in
      guard let value = Int(decimal: text) else {
        return .mistaken(didYouMean: text.withoutLeadingZeros)
      }
      return bounds.contains(value) ? .value(value) : .mistaken()
    }
  }

  /// `-75dBm`: a whole number and its unit.
  static let signal = Form.scalar(
    .text("a signal from -100dBm to -10dBm such as `-75dBm`", pattern: "^-[1-9][0-9]{1,2} ?dBm$"),
    write: { "\($0)dBm" }
  ) { text in
    let digits = text.drop { $0 == "-" }.prefix { $0.isASCII && $0.isWholeNumber }
    guard text.first == "-", let count = Int(decimal: digits), (10...100).contains(count) else {
      return .mistaken()
    }
    let unit = text.dropFirst(1 + digits.count).drop { $0 == " " }
    if unit.isEmpty {
      return .wrong("is \(text.shown), which has no unit; write it as in \("\(text)dBm".shown)")
    }
    return unit == "dBm" ? .value(-count) : .mistaken()
  }
}

extension Form<Duration> {
  /// `500ms`, `10s`, `5m`, `1h`: a whole number and its unit.
  static func duration(_ bounds: ClosedRange<Duration>) -> Form {
    .scalar(.duration(bounds), write: \.text) { text in
      let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
      let unit = text.dropFirst(digits.count)
      guard let count = Int(decimal: digits) else {
        return .mistaken(didYouMean: text.withoutLeadingZeros)
      }
      if unit.isEmpty {
        return .wrong("is \(text.shown), which has no unit; write a unit: \("\(text)s".shown)")
      }
      if unit.first == "." {
        return .wrong("is \(text.shown), and takes whole numbers; write it as in `1500ms`")
      }
      guard let milliseconds = milliseconds[String(unit)] else { return .mistaken() }
      let (total, isTooLong) = count.multipliedReportingOverflow(by: milliseconds)
      guard !isTooLong, bounds.contains(.milliseconds(total)) else { return .mistaken() }
      return .value(.milliseconds(total))
    }
  }

  private static let milliseconds = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
}

extension Form<Percent> {
  /// `20%`: a whole number and its sign.
  static func percent(_ bounds: ClosedRange<Percent>) -> Form {
    .scalar(.percent(bounds), write: \.description) { text in
      let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
      let unit = text.dropFirst(digits.count)
      guard let count = Int(decimal: digits) else {
        return .mistaken(didYouMean: text.withoutLeadingZeros)
      }
      if unit.isEmpty {
        return .wrong("is \(text.shown), which has no unit; write it as in \("\(text)%".shown)")
      }
      if unit.first == "." { return .wrong("is \(text.shown), and takes whole numbers") }
      guard unit == "%", (0...100).contains(count), bounds.contains(Percent(count)) else {
        return .mistaken()
      }
      return .value(Percent(count))
    }
  }
}

extension Form<MarkSpace> {
  static let marks = Form.scalar(.mask, write: { "0x" + String($0.mask, radix: 16) }) { text in
    let digits = text.dropFirst(2)
    let isHex = text.lowercased().hasPrefix("0x") && digits.allSatisfy(\.isHexDigit)
    guard
      let mask = isHex
        ? UInt32(digits, radix: 16) : Int(decimal: text).flatMap(UInt32.init(exactly:))
    else { return .mistaken() }
    guard mask != 0, (mask >> UInt32(mask.trailingZeroBitCount)).isAllOnesFromBelow else {
      return .mistaken()
    }
    return .value(MarkSpace(mask: mask))
  }
}

extension UInt32 {
  /// `0b111`, not `0b101`.
  fileprivate var isAllOnesFromBelow: Bool { self & (self &+ 1) == 0 }
}

extension Int {
  /// Digits only, and no leading zero: `010` is eight to some readers and ten to others.
  init?(decimal text: some StringProtocol) {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), text == "0" || text.first != "0" else {
      return nil
    }
    self.init(text)
  }
}

extension String {
  /// `10s` for `010s`; nil when there is no leading zero.
  fileprivate var withoutLeadingZeros: String? {
    let rest = drop { $0 == "0" }
    guard rest.count < count, rest.first?.isWholeNumber == true else { return nil }
    return String(rest)
  }
}
