import Testing
import Wire

/// Bytes as captures print them.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The body of the first netlink message in a datagram, parsed.
func parse<Value>(
  _ datagram: [UInt8], as parser: (consuming Reader) throws(DecodeError) -> Value
) throws -> Value {
  let datagram = NetlinkDatagram(datagram, count: datagram.count)
  var reader = datagram.reader
  guard let message = try reader.nextMessage() else { throw DecodeError.truncated }
  return try parser(message.body)
}

/// xorshift64: a generator of its own, so that bytes are tested without anything above them.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func bytes(upTo most: Int) -> [UInt8] {
    (0..<Int.random(in: 0...most, using: &self)).map { _ in
      UInt8.random(in: 0...255, using: &self)
    }
  }
}
