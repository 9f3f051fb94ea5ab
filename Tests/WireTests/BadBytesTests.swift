import Foundation
import FuzzPackets
import Model
import Testing
import Wire

/// Bad input throws and never traps: were a parser to trap, the test run would end here.
struct BadBytesTests {
  private static let good: [[UInt8]] =
    NetlinkRoundTripTests.routes.map { RouteMessage.add($0, sequence: 1).bytes }
    + NetlinkRoundTripTests.rules.map { RuleMessage.add($0, sequence: 1).bytes }
    + NetlinkRoundTripTests.addresses.map { AddressMessage.add($0, sequence: 1).bytes }
    + TrackedFlowTests.listed + answers + (VRRPTests.captured + VRRPTests.written).map(\.bytes)
    + [PeerMessageTests.message.bytes] + BondMessageTests.captured

  /// What the targets of probes say.
  private static let answers: [[UInt8]] = [
    bytes("000108000604000202000000000bc000020202000000000ac0000201"),
    bytes("88000000 60000000 20010db8000000000000000000000002 0201 02000000000b"),
    bytes(
      """
      86001234 40c00708 00007530 000003e8 0101 02000000000b
      0304 40c0 00278d00 00093a80 00000000 20010db8000100000000000000000099
      """),
    bytes(
      """
      4321 8580 0001 0002 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001
      c00c 0005 0001 0000012c 0006 03776562 c010 c02d 0001 0001 0000003c 0004 c000020a
      """),
  ]

  /// Every parser has a try at it.
  private func read(_ bytes: [UInt8]) -> Int {
    let tried = PacketCase(bytes)
    #expect(tried.complaint == nil)
    return tried.readers
  }

  private func readMessages(_ bytes: [UInt8]) throws {
    let datagram = NetlinkDatagram(bytes, count: bytes.count)
    var reader = datagram.reader
    while let message = try reader.nextMessage() { _ = try NetlinkReply(parsing: message) }
  }

  /// Where fuzzing begins, and what it found.
  @Test
  func `what fuzzing asks holds of what is kept`() throws {
    let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/corpus/packets")
    let names = try FileManager.default.contentsOfDirectory(atPath: corpus.path)
    #expect(!names.isEmpty)
    for name in names {
      let tried = PacketCase(Array(try Data(contentsOf: corpus.appending(path: name))))
      #expect(tried.complaint == nil, "\(name)")
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `random bytes never trap`(seed: UInt64) {
    var dice = Dice(seed: seed)
    var readable = 0
    for _ in 0..<2_500 { readable += read(dice.bytes(upTo: 96)) }
    // Some are read: else only the first check of each parser was tested.
    #expect(readable > 0)
  }

  /// Random bytes seldom get past the first length; these do.
  @Test(arguments: UInt64(1)...4)
  func `messages with a few bytes changed never trap`(seed: UInt64) {
    var dice = Dice(seed: seed)
    for _ in 0..<2_500 {
      guard var bytes = Self.good.randomElement(using: &dice) else { continue }
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        bytes[Int.random(in: bytes.indices, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      }
      _ = read(bytes)
      _ = read(Array(bytes.dropFirst(NetlinkHeader.size)))
    }
  }

  @Test
  func `messages cut anywhere never trap`() {
    for bytes in Self.good {
      for count in 0...bytes.count {
        _ = read(Array(bytes.prefix(count)))
        _ = read(Array(bytes.dropFirst(NetlinkHeader.size).prefix(count)))
      }
    }
  }

  @Test
  func `a length that leads nowhere is refused, not followed`() {
    for length: UInt8 in 0..<16 {
      var message = RuleMessage.add(NetlinkRoundTripTests.rules[0], sequence: 1).bytes
      message[0] = length
      #expect(throws: DecodeError.badLength(Int(length))) { try readMessages(message) }
    }
    var tooLong = RuleMessage.add(NetlinkRoundTripTests.rules[0], sequence: 1).bytes
    tooLong[0] = 0xff
    #expect(throws: DecodeError.truncated) { try readMessages(tooLong) }
  }
}
