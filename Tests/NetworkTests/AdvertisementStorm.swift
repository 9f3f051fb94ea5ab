import Lab
import Model
import Synchronization
import Wire

/// Router advertisements of strangers, a hundred thousand a second if the machine can, from a
/// namespace: other sources, prefixes and lifetimes each time, and some that are wrong in every way.
final class AdvertisementStorm: Sendable {
  private let result = Mutex<Result<Int, any Error>>(.success(0))
  private let thread: Mutex<WorkerThread?> = Mutex(nil)

  /// Begins it, on a thread of its own.
  init(for duration: Duration, on interface: String, in namespace: Namespace) {
    let begun = WorkerThread { [self] in
      let sent = Result {
        try namespace.run { try Self.blow(for: duration, on: interface) }
      }
      result.withLock { $0 = sent }
    }
    thread.withLock { $0 = begun }
  }

  /// Waits for its end.
  /// - Returns: how many were sent.
  func end() throws -> Int {
    thread.withLock { $0.take() }?.join()
    return try result.withLock { $0 }.get()
  }

  private static func blow(for duration: Duration, on interface: String) throws -> Int {
    let frames = (0..<1_024).map(frame)
    let socket = try FrameSocket(interface)
    let end = Moment.now + duration
    var sent = 0
    while Moment.now < end {
      let next = Moment.now + .milliseconds(10)
      for frame in frames where Moment.now < end {
        if socket.send(frame) { sent += 1 }
      }
      next.sleep()
    }
    return sent
  }

  private static func frame(_ number: Int) -> [UInt8] {
    let source = IPAddress.v6(high: 0xfe80 << 48, low: 0xbad_0000 | UInt64(number))
    let prefix = Prefix(.v6(high: 0x2001_0db8_0bad_0000 | UInt64(number), low: 0), length: 64)
    var message = RouterAdvertisement(
      flags: UInt8(number % 4) << 3, lifetime: .seconds(Int64(number % 5) * 450),
      hardware: HardwareAddress("02:00:00:00:0b:ad"),
      prefixes: [
        .init(prefix, validFor: .seconds(Int64(number) * 60), preferredFor: .seconds(60))
      ]
    ).bytes
    if number % 7 == 0 { message[25] = 0 }  // an option of no length
    if number % 11 == 0 { message.removeLast(9) }
    let ethernet: [UInt8] = [0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0x0b, 0xad, 0x86, 0xdd]
    return ethernet + header(source, message.count, hopLimit: number % 13 == 0 ? 64 : 255)
      + summed(message, from: source)
  }

  /// RFC 8200 §3.
  private static func header(_ source: IPAddress, _ count: Int, hopLimit: UInt8) -> [UInt8] {
    [0x60, 0, 0, 0, UInt8(count >> 8), UInt8(count & 0xff), 58, hopLimit]
      + source.bytes + IPAddress.allNodes.bytes
  }

  /// RFC 8200 §8.1: with the checksum over addresses, length and protocol too.
  private static func summed(_ message: [UInt8], from source: IPAddress) -> [UInt8] {
    let count = message.count
    let pseudo =
      source.bytes + IPAddress.allNodes.bytes
      + [0, 0, UInt8(count >> 8), UInt8(count & 0xff), 0, 0, 0, 58]
    let sum = InternetChecksum.of(pseudo + message)
    var message = message
    message[2] = UInt8(sum >> 8)
    message[3] = UInt8(sum & 0xff)
    return message
  }
}
