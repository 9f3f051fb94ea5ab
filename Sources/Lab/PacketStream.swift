import CLinux
import Synchronization

/// Numbered UDP packets at an even pace from one namespace to another, and what became of each.
///
/// The port stays the same throughout: to the router this is one long flow, which after a switch
/// must find its new way. Packets are counted, not silence: a path that never comes back counts
/// as lost until the stream is stopped.
public final class PacketStream: Sendable {
  public struct Route: Sendable {
    public var from: Namespace
    public var to: Namespace
    public var address: String
    public var port: UInt16
    public var sourcePort: UInt16

    public init(
      from: Namespace, to: Namespace, address: String, port: UInt16 = 7_007,
      sourcePort: UInt16 = 40_000
    ) {
      self.from = from
      self.to = to
      self.address = address
      self.port = port
      self.sourcePort = sourcePort
    }
  }

  /// A packet that takes longer than this does not come any more.
  public static let patience = Duration.milliseconds(100)

  public let interval: Duration
  let record: StreamRecord
  private let isStopping = Atomic(false)
  private let isDraining = Atomic(false)
  private let threads = Mutex<[WorkerThread]>([])

  /// Starts the stream. It stops by itself after `capacity` packets.
  public init(_ route: Route, rate: Int = 1_000, capacity: Int = 1_000_000) throws {
    interval = .nanoseconds(1_000_000_000 / rate)
    record = StreamRecord(capacity: capacity)
    let target = try SocketAddress(route.address, port: route.port)
    let receiver = try route.to.run { try DatagramSocket(port: route.port) }
    let sender = try route.from.run { try DatagramSocket(port: route.sourcePort) }
    threads.withLock {
      $0 = [
        WorkerThread { [self] in receive(on: receiver) },
        WorkerThread { [self] in send(on: sender, to: target) },
      ]
    }
  }

  public var sent: Int { record.sent }
  public var arrived: Int { record.arrived }

  /// Sends no more, waits for what is still on its way, and ends.
  public func stop() {
    let (receiver, sender) = threads.withLock { threads in
      defer { threads = [] }
      return (threads.first, threads.last)
    }
    isStopping.store(true, ordering: .sequentiallyConsistent)
    sender?.join()
    (Moment.now + Self.patience).sleep()
    isDraining.store(true, ordering: .sequentiallyConsistent)
    receiver?.join()
  }

  private func send(on socket: DatagramSocket, to target: SocketAddress) {
    siaga_lab_sleep_sharply()
    var next = Moment.now
    var number = 0
    while number < record.capacity, !isStopping.load(ordering: .relaxed) {
      next.sleep()
      record.markSent(number, at: .now)
      socket.send(UInt64(number), to: target)
      number += 1
      next = next + interval
    }
  }

  private func receive(on socket: DatagramSocket) {
    while !isDraining.load(ordering: .relaxed) {
      guard let packet = socket.receive(within: .milliseconds(50)) else { continue }
      record.markArrived(Int(clamping: packet.number), from: packet.source, at: .now)
    }
  }
}
