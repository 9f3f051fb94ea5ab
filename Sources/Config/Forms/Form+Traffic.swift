import Model

extension Form<Prefix> {
  /// A network, or one host of it.
  static let network = Form.scalar(
    .text(
      "an address or a network such as `192.168.2.0/24` or `2001:db8::/32`",
      pattern: "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"),
    write: { $0.length == $0.family.bits ? "\($0.address)" : "\($0)" }
  ) { text in
    text.contains("/") ? wholeNetwork(text) : hostAddress(text).map(Prefix.host)
  }
}

extension Form<UInt8> {
  static let transport = Form.scalar(
    .either([
      .text("a protocol such as `tcp`, `udp`", pattern: "^[a-z0-9]+$"), .number(1...255),
    ]),
    write: Transport.name
  ) { text in
    if let number = Transport.number(of: text) { return .value(number) }
    guard let number = Int(decimal: text), (1...255).contains(number) else {
      return .mistaken(
        didYouMean: nearest(to: text, among: Transport.names.map(\.name)))
    }
    return .value(UInt8(number))
  }
}

extension Form<ClosedRange<UInt16>> {
  static let ports = Form.scalar(
    .either([
      .number(1...65_535),
      .text("a range such as `10000-20000`", pattern: "^[0-9]{1,5}(-[0-9]{1,5})?$"),
    ]),
    write: { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
  ) { text in
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
      Int(decimal: $0).flatMap(UInt16.init(exactly:)) ?? 0
    }
    guard let first = ends.first, let last = ends.last, ends.count <= 2, first > 0, last > 0
    else { return .mistaken() }
    return first <= last ? .value(first...last) : .mistaken(didYouMean: "\(last)-\(first)")
  }
}

extension Form<Selector.Mark> {
  static let mark = Form.scalar(
    .either([
      .text(
        "a mark such as `0x10` or `0x10/0xff`",
        pattern: "^(0x[0-9a-fA-F]{1,8}|[0-9]{1,10})(/(0x[0-9a-fA-F]{1,8}|[0-9]{1,10}))?$"),
      .number(0...4_294_967_295),
    ]),
    write: \.description
  ) { text in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(number)
    guard (1...2).contains(parts.count), let value = parts[0] else { return .mistaken() }
    guard parts.count == 2 else { return .value(Selector.Mark(value)) }
    guard let mask = parts[1], mask != 0 else { return .mistaken() }
    guard value & ~mask == 0 else {
      return .wrong("is \(text.shown), and no mark has bits outside its mask")
    }
    return .value(Selector.Mark(value, mask: mask))
  }

  @Sendable private static func number(_ text: Substring) -> UInt32? {
    guard text.lowercased().hasPrefix("0x") else {
      return Int(decimal: text).flatMap(UInt32.init(exactly:))
    }
    let digits = text.dropFirst(2)
    return digits.allSatisfy(\.isHexDigit) ? UInt32(digits, radix: 16) : nil
  }
}
