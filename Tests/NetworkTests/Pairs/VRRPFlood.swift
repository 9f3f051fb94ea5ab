import Lab
import Model
import Synchronization
import Wire

/// Advertisements as fast as a thread can send them, on the link that both routers have to the server:
/// strangers' with a wrong checksum and the highest priority, or right ones of a weaker router.
final class VRRPFlood: Sendable {
  enum Kind: CaseIterable {
    case forged, weaker
  }

  private let result = Mutex<Result<Int, any Error>>(.success(0))
  private let thread: Mutex<WorkerThread?> = Mutex(nil)

  /// Begins it, on a thread of its own.
  init(_ kind: Kind, for duration: Duration, from host: Namespace) {
    let begun = WorkerThread { [self] in
      let sent = Result { try host.run { try Self.blow(kind, for: duration) } }
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

  private static func blow(_ kind: Kind, for duration: Duration) throws -> Int {
    let frames = (0..<256).map { frame(kind, $0) }
    let bytes = frames.flatMap { $0 }
    let socket = try FrameSocket("eth0")
    let end = Moment.now + duration
    var (sent, next) = (0, Moment.now)
    while next < end {
      // 64,000 a second.
      next = next + .milliseconds(4)
      sent += socket.send(bytes, each: frames[0].count)
      next.sleep()
    }
    return sent
  }

  private static func frame(_ kind: Kind, _ number: Int) -> [UInt8] {
    let source = IPAddress.v4(10 << 24 | 2 << 16 | UInt32(100 + number % 100))
    let group = VRRPAdvertisement.multicastGroup(.ipv4)
    var message = VRRPAdvertisement(
      version: .three, router: 52, priority: kind == .forged ? 255 : 1,
      interval: .milliseconds(100), addresses: [.v4(10 << 24 | 2 << 16 | 1)]
    ).bytes(from: source, to: group, checksum: .pseudoHeader)
    if kind == .forged { message[7] ^= 0xff }
    let length = UInt16(20 + message.count)
    var header: [UInt8] = [0x45, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 0, 0]
    header += [255, VRRPAdvertisement.transport, 0, 0] + source.bytes + group.bytes
    let sum = InternetChecksum.of(header)
    header[10] = UInt8(sum >> 8)
    header[11] = UInt8(sum & 0xff)
    return [1, 0, 0x5e, 0, 0, 18, 2, 0, 0, 0, 0x0b, 0xad, 8, 0] + header + message
  }
}
