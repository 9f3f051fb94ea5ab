import Glibc
import Lab
import Model
import Synchronization
import Wire

/// Forged ICMP echo replies, a hundred thousand a second if the machine can, from a provider's
/// namespace to its customer: from the gateway and from strangers, with the identifier of the
/// daemon's probes or another, and contents that are never right.
final class EchoStorm: Sendable {
  private let result = Mutex<Result<Int, any Error>>(.success(0))
  private let thread: Mutex<WorkerThread?> = Mutex(nil)

  /// Begins it, on a thread of its own.
  /// - Parameter gateway: where the provider's customer is, whose probes are listened to first.
  init(for duration: Duration, from provider: Provider, to gateway: Namespace) throws {
    let text = try gateway.read("/sys/class/net/\(provider.interface)/address")
    guard let hardware = HardwareAddress(text) else {
      throw LabError.never("\(text) is an address of hardware", within: .zero)
    }
    let identifier = try gateway.run { try Self.identifier(from: provider) }
    let begun = WorkerThread { [self] in
      let sent = Result {
        try provider.router.run {
          try Self.blow(
            for: duration,
            (0..<1_024).compactMap { Self.frame($0, identifier, from: provider, to: hardware) })
        }
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

  /// What the daemon's echoes are known by, as anybody on their way can see.
  private static func identifier(from provider: Provider) throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_ICMP))
    guard descriptor >= 0 else { throw LabError.system("listen to ICMP", errno: errno) }
    defer { close(descriptor) }
    let gateway = IPAddress(provider.gateway)
    var buffer = [UInt8](repeating: 0, count: 256)
    let end = Moment.now + .seconds(3)
    while Moment.now < end {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count >= 28, buffer[20] == 0, IPAddress(bytes: Array(buffer[12..<16])) == gateway else {
        (Moment.now + .milliseconds(1)).sleep()
        continue
      }
      return UInt16(buffer[24]) << 8 | UInt16(buffer[25])
    }
    throw LabError.never("an echo came from \(provider.gateway)", within: .seconds(3))
  }

  private static func blow(for duration: Duration, _ frames: [[UInt8]]) throws -> Int {
    let socket = try FrameSocket("customer")
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

  private static func frame(
    _ number: Int, _ identifier: UInt16, from provider: Provider, to hardware: HardwareAddress
  ) -> [UInt8]? {
    let source = number % 3 == 0 ? "198.51.100.\(number % 250)" : provider.gateway
    guard let source = IPAddress(source), let destination = IPAddress(provider.customer) else {
      return nil
    }
    let id = number % 2 == 0 ? identifier : UInt16.random(in: 0 ... .max)
    let sequence = UInt16.random(in: 0 ... .max)
    let body = (0..<16).map { _ in UInt8.random(in: 0 ... .max) }
    var message: [UInt8] = [0, 0, 0, 0] + bytes(id) + bytes(sequence) + body
    let sum = InternetChecksum.of(message)
    message.replaceSubrange(2..<4, with: bytes(sum))
    let length = UInt16(20 + message.count)
    var header: [UInt8] = [0x45, 0] + bytes(length) + [0, 0, 0, 0, 64, 1, 0, 0]
    header += source.bytes + destination.bytes
    header.replaceSubrange(10..<12, with: bytes(InternetChecksum.of(header)))
    return hardware.bytes + [2, 0, 0, 0, 0x0b, 0xad, 8, 0] + header + message
  }

  private static func bytes(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 0xff)]
  }
}
