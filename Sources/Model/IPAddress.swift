public enum Family: String, Hashable, Comparable, Sendable, Codable, CaseIterable,
  CustomStringConvertible
{
  case ipv4, ipv6

  public var description: String { rawValue }

  /// As people write it.
  public var name: String { self == .ipv4 ? "IPv4" : "IPv6" }

  public var bits: Int { self == .ipv4 ? 32 : 128 }

  public static func < (left: Family, right: Family) -> Bool {
    left.bits < right.bits
  }
}

/// An IPv4 or IPv6 address, as a value that compares and sorts like the bytes on the wire.
public enum IPAddress: Hashable, Comparable, Sendable {
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  public var family: Family {
    switch self {
    case .v4: .ipv4
    case .v6: .ipv6
    }
  }

  /// Of the bits alone: addresses are looked up with each answer.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .v4(let value):
      hasher.combine(value)
    case .v6(let high, let low):
      hasher.combine(high)
      hasher.combine(low)
    }
  }

  /// 4 or 16 bytes in network order.
  public var bytes: [UInt8] {
    switch self {
    case .v4(let value):
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    case .v6(let high, let low):
      [high, low].flatMap { half in
        (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
      }
    }
  }

  /// - Parameter bytes: 4 (IPv4) or 16 (IPv6) bytes in network order; any other count is nil.
  public init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4:
      self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      self = .v6(
        high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    default:
      return nil
    }
  }

  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    switch (left, right) {
    case (.v4(let a), .v4(let b)): a < b
    case (.v6(let a, let b), .v6(let c, let d)): (a, b) < (c, d)
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }

  public static func any(_ family: Family) -> IPAddress {
    family == .ipv4 ? .v4(0) : .v6(high: 0, low: 0)
  }

  /// Good on its own link only (RFC 3927, RFC 4291 §2.5.6).
  public var isLinkLocal: Bool {
    switch self {
    case .v4(let value): value >> 16 == 0xa9fe
    case .v6(let high, _): high >> 54 == 0xfe80 >> 6
    }
  }

  /// The address with all bits after the first `length` cleared.
  public func masked(to length: Int) -> IPAddress {
    switch self {
    case .v4(let value):
      return .v4(length == 0 ? 0 : value & ~UInt32(0) << UInt32(32 - length))
    case .v6(let high, let low):
      let highMask = length == 0 ? 0 : ~UInt64(0) << UInt64(max(0, 64 - length))
      let lowMask = length <= 64 ? 0 : ~UInt64(0) << UInt64(128 - length)
      return .v6(high: high & highMask, low: low & lowMask)
    }
  }
}

extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
  /// Dotted quad, or RFC 5952 for IPv6.
  public var description: String {
    switch self {
    case .v4:
      bytes.map { String($0) }.joined(separator: ".")
    case .v6(let high, let low):
      Self.compressed(
        [high, low].flatMap { half in
          (0..<4).map { UInt16(truncatingIfNeeded: half >> (48 - 16 * $0)) }
        })
    }
  }

  public init?(_ text: String) {
    guard let parsed = text.contains(":") ? Self.parseV6(text) : Self.parseV4(text) else {
      return nil
    }
    self = parsed
  }

  /// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups
  /// (the first of equals) becomes `::`.
  private static func compressed(_ groups: [UInt16]) -> String {
    var best = 0..<0
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start > best.count, end - start > 1 { best = start..<end }
      start = max(end, start + 1)
    }
    let hex = groups.map { String($0, radix: 16) }
    guard !best.isEmpty else { return hex.joined(separator: ":") }
    return hex[..<best.lowerBound].joined(separator: ":") + "::"
      + hex[best.upperBound...].joined(separator: ":")
  }

  private static func parseV4(_ text: String) -> IPAddress? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
        part.count == 1 || part.first != "0", let octet = UInt8(part)
      else { return nil }
      value = value << 8 | UInt32(octet)
    }
    return .v4(value)
  }

  private static func parseV6(_ text: String) -> IPAddress? {
    var text = text
    var tail: [UInt16] = []
    // RFC 4291 §2.2: the last 32 bits may be written as a dotted quad.
    if text.contains(".") {
      guard let colon = text.lastIndex(of: ":"),
        case .v4(let quad)? = parseV4(String(text[text.index(after: colon)...]))
      else { return nil }
      tail = [UInt16(quad >> 16), UInt16(quad & 0xffff)]
      text = String(text[...colon])
      text += text.hasSuffix("::") ? "" : "0:0"
      if text.hasSuffix(":0:0") { text.removeLast(4) }
    }
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    let wantedCount = 8 - tail.count
    var groups: [UInt16]
    switch halves.count {
    case 1:
      guard let all = hexGroups(text), all.count == wantedCount else { return nil }
      groups = all
    case 2:
      guard let left = hexGroups(String(halves[0])), let right = hexGroups(String(halves[1])),
        left.count + right.count < wantedCount
      else { return nil }
      groups = left + [UInt16](repeating: 0, count: wantedCount - left.count - right.count) + right
    default:
      return nil
    }
    groups += tail
    return IPAddress(bytes: groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
  }

  private static func hexGroups(_ text: String) -> [UInt16]? {
    guard !text.isEmpty else { return [] }
    var groups: [UInt16] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexDigit),
        let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self)
  }
}
