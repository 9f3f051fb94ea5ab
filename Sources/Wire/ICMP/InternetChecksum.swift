/// RFC 1071: the one's complement of the one's complement sum of 16-bit words.
public enum InternetChecksum {
  public static func of(_ bytes: [UInt8]) -> UInt16 { of(bytes.span) }

  static func of(_ bytes: Span<UInt8>) -> UInt16 {
    // Where the words begin does not matter to their sum, as long as it is at an even place.
    var sum: UInt64 = 0
    let whole = bytes.count & ~7
    var place = 0
    while place < whole {
      sum &+= halved(bytes.big64(at: place))
      place += 8
    }
    while place < bytes.count {
      sum &+= UInt64(bytes[place]) &<< (place & 1 == 0 ? 8 : 0)
      place += 1
    }
    return folded(sum)
  }

  /// Of numbers in network order.
  static func of(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt16 {
    folded(halved(first) &+ halved(second) &+ halved(third))
  }

  /// Two words, and two more: four thousand million of them have room for what they carry.
  private static func halved(_ number: UInt64) -> UInt64 { number >> 32 &+ number & 0xffff_ffff }

  private static func folded(_ sum: UInt64) -> UInt16 {
    var sum = sum
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}
