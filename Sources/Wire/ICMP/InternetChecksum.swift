/// RFC 1071: the one's complement of the one's complement sum of 16-bit words.
public enum InternetChecksum {
  public static func of(_ bytes: [UInt8]) -> UInt16 { of(bytes.span) }

  static func of(_ bytes: Span<UInt8>) -> UInt16 {
    var sum: UInt64 = 0
    var place = 0
    while place + 1 < bytes.count {
      sum += UInt64(bytes[place]) << 8 | UInt64(bytes[place + 1])
      place += 2
    }
    if place < bytes.count { sum += UInt64(bytes[place]) << 8 }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}
