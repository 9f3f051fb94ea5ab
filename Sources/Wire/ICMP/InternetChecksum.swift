/// RFC 1071: the one's complement of the one's complement sum of 16-bit words.
public enum InternetChecksum {
  public static func of(_ bytes: [UInt8]) -> UInt16 { of(bytes.span) }

  static func of(_ bytes: Span<UInt8>) -> UInt16 {
    // Each byte by itself, without a branch: so the compiler takes many at once.
    var sum: UInt64 = 0
    for place in 0..<bytes.count { sum &+= UInt64(bytes[place]) &<< (place & 1 == 0 ? 8 : 0) }
    return folded(sum)
  }

  /// Of numbers in network order.
  static func of(_ numbers: UInt64...) -> UInt16 {
    folded(numbers.reduce(0) { $0 + $1 >> 32 + $1 & 0xffff_ffff })
  }

  private static func folded(_ sum: UInt64) -> UInt16 {
    var sum = sum
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}
