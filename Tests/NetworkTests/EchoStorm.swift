import Glibc
import Lab
import Model
import Synchronization
import Wire

/// Forged ICMP echo replies, up to a hundred thousand a second if the machine can, from a provider's
/// namespace to its customer: from the gateway and from strangers, with the identifier of the
/// daemon's probes or another, and contents that are never right.
final class EchoStorm: Sendable {
  enum Forger: CaseIterable {
    case stranger  // has seen no echo but its identifier
    case target  // of another check: knows how all echoes begin

    /// Between the bursts of each thread: 102,400 a second, or half as many, for these are read.
    fileprivate var pause: Duration {
      switch self {
      case .stranger: .milliseconds(5)
      case .target: .milliseconds(10)
      }
    }
  }

  private static let threads = 2
  private static let burst = 256

  private let sent = Atomic(0)
  private let problem = Mutex<(any Error)?>(nil)
  private let workers: Mutex<[WorkerThread]> = Mutex([])

  /// Begins it, on threads of its own.
  /// - Parameter gateway: where the provider's customer is, whose probes are listened to first.
  init(
    by forger: Forger, for duration: Duration, from provider: Provider, to gateway: Namespace
  ) throws {
    let text = try gateway.read("/sys/class/net/\(provider.interface)/address")
    guard let hardware = HardwareAddress(text) else {
      throw LabError.never("\(text) is an address of hardware", within: .zero)
    }
    let seen = try gateway.run { try Self.echo(from: provider) }
    let begun = (0..<Self.threads).map { _ in
      WorkerThread { [self] in
        do {
          try provider.router.run {
            try self.blow(
              for: duration, forger.pause,
              (0..<Self.burst).compactMap {
                Self.frame($0, like: seen, by: forger, from: provider, to: hardware)
              })
          }
        } catch {
          problem.withLock { $0 = error }
        }
      }
    }
    workers.withLock { $0 = begun }
  }

  /// Waits for its end.
  /// - Returns: how many were sent.
  func end() throws -> Int {
    for worker in workers.withLock({ $0 }) { worker.join() }
    if let problem = problem.withLock({ $0 }) { throw problem }
    return sent.load(ordering: .acquiring)
  }

  /// What is in the header of the daemon's echoes, and the first word of their contents.
  private struct Seen {
    let identifier: [UInt8]
    let stamp: [UInt8]
  }

  private static func echo(from provider: Provider) throws -> Seen {
    let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_ICMP))
    guard descriptor >= 0 else { throw LabError.system("listen to ICMP", errno: errno) }
    defer { close(descriptor) }
    let gateway = IPAddress(provider.gateway)
    var buffer = [UInt8](repeating: 0, count: 256)
    let end = Moment.now + .seconds(3)
    while Moment.now < end {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count >= 32, buffer[20] == 0, IPAddress(bytes: Array(buffer[12..<16])) == gateway else {
        (Moment.now + .milliseconds(1)).sleep()
        continue
      }
      return Seen(identifier: Array(buffer[24..<26]), stamp: Array(buffer[28..<32]))
    }
    throw LabError.never("an echo came from \(provider.gateway)", within: .seconds(3))
  }

  private func blow(for duration: Duration, _ pause: Duration, _ frames: [[UInt8]]) throws {
    let socket = try FrameSocket("customer")
    let bytes = frames.flatMap { $0 }
    let end = Moment.now + duration
    var next = Moment.now
    while next < end {
      sent.add(socket.send(bytes, each: frames[0].count), ordering: .releasing)
      next = next + pause
      next.sleep()
    }
  }

  private static func frame(
    _ number: Int, like seen: Seen, by forger: Forger, from provider: Provider,
    to hardware: HardwareAddress
  ) -> [UInt8]? {
    let source = number % 3 == 0 ? "198.51.100.\(number % 250)" : provider.gateway
    guard let source = IPAddress(source), let destination = IPAddress(provider.customer) else {
      return nil
    }
    let identifier = number % 2 == 0 ? seen.identifier : random(2)
    let body = (forger == .target ? seen.stamp : random(4)) + random(12)
    var message: [UInt8] = [0, 0, 0, 0] + identifier + random(2) + body
    message.replaceSubrange(2..<4, with: bytes(InternetChecksum.of(message)))
    let length = UInt16(20 + message.count)
    var header: [UInt8] = [0x45, 0] + bytes(length) + [0, 0, 0, 0, 64, 1, 0, 0]
    header += source.bytes + destination.bytes
    header.replaceSubrange(10..<12, with: bytes(InternetChecksum.of(header)))
    return hardware.bytes + [2, 0, 0, 0, 0x0b, 0xad, 8, 0] + header + message
  }

  private static func random(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0 ... .max) }
  }

  private static func bytes(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 0xff)]
  }
}
