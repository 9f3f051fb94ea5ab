/// Why bytes could not be read as what they claim to be.
public enum DecodeError: Error, Equatable, Sendable {
  case truncated
  case badLength(Int)
  case badValue(field: StaticString)
  case badChecksum

  public static func == (left: DecodeError, right: DecodeError) -> Bool {
    switch (left, right) {
    case (.truncated, .truncated), (.badChecksum, .badChecksum): true
    case (.badLength(let a), .badLength(let b)): a == b
    case (.badValue(let a), .badValue(let b)): a.description == b.description
    default: false
    }
  }
}

/// Walks borrowed bytes from front to back; reading past the end throws, never traps.
public struct Reader: ~Escapable {
  private let bytes: Span<UInt8>
  private var position: Int
  private let end: Int

  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  @_lifetime(copy bytes)
  private init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  public var remaining: Int { end - position }
  public var isAtEnd: Bool { position >= end }

  /// A reader of the next `count` bytes, which this one then has passed.
  @_lifetime(copy self)
  public mutating func slice(_ count: Int) throws(DecodeError) -> Reader {
    guard count >= 0, count <= remaining else { throw .truncated }
    defer { position += count }
    return Reader(bytes, position..<position + count)
  }

  /// Where it stands, from the first of all bytes: what compressed DNS names count in.
  var offset: Int { position }

  /// A reader of other bytes of the same message; both ends count from the first of all.
  @_lifetime(copy self)
  func elsewhere(_ range: Range<Int>) throws(DecodeError) -> Reader {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { throw .truncated }
    return Reader(bytes, range)
  }

  @_lifetime(self: copy self)
  public mutating func skip(_ count: Int) throws(DecodeError) {
    guard count >= 0, count <= remaining else { throw .truncated }
    position += count
  }

  /// Skips what is left of padding; the last element may come without it.
  @_lifetime(self: copy self)
  public mutating func skipPadding(_ count: Int) {
    position += min(count, remaining)
  }

  @_lifetime(self: copy self)
  public mutating func byte() throws(DecodeError) -> UInt8 {
    guard remaining >= 1 else { throw .truncated }
    defer { position += 1 }
    return bytes[position]
  }

  /// Two bytes in network order.
  @_lifetime(self: copy self)
  public mutating func big16() throws(DecodeError) -> UInt16 {
    guard remaining >= 2 else { throw .truncated }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  /// Four bytes in network order.
  @_lifetime(self: copy self)
  public mutating func big32() throws(DecodeError) -> UInt32 {
    let high = try big16()
    return UInt32(high) << 16 | UInt32(try big16())
  }

  @_lifetime(self: copy self)
  public mutating func big64() throws(DecodeError) -> UInt64 {
    guard remaining >= 8 else { throw .truncated }
    defer { position += 8 }
    return bytes.big64(at: position)
  }

  /// Two bytes in the machine's order, as netlink has them.
  @_lifetime(self: copy self)
  public mutating func native16() throws(DecodeError) -> UInt16 {
    UInt16(bigEndian: try big16())
  }

  @_lifetime(self: copy self)
  public mutating func native32() throws(DecodeError) -> UInt32 {
    UInt32(bigEndian: try big32())
  }

  /// All bytes that are left.
  @_lifetime(self: copy self)
  public mutating func rest() -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(remaining)
    while position < end {
      copy.append(bytes[position])
      position += 1
    }
    return copy
  }

  /// The bytes that are left, up to the first zero, as text.
  @_lifetime(self: copy self)
  public mutating func text() -> String {
    String(decoding: rest().prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Span<UInt8> {
  /// Eight bytes in network order.
  func big64(at place: Int) -> UInt64 {
    (place..<place + 8).reduce(0) { $0 << 8 | UInt64(self[$1]) }
  }
}
