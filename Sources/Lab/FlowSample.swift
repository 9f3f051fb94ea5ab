/// UDP flows from one namespace to another, each with a socket, and so a port, of its own. The
/// source addresses that they arrive with tell by which provider each goes.
public final class FlowSample: Sendable {
  private let sender: Namespace
  private let target: SocketAddress
  private let sockets: [DatagramSocket]
  private let sink: DatagramSocket

  public init(
    _ count: Int, from sender: Namespace, to receiver: Namespace, address: String,
    port: UInt16 = 7_100
  ) throws {
    self.sender = sender
    target = try SocketAddress(address, port: port)
    sink = try receiver.run { try DatagramSocket(port: port) }
    sockets = try sender.run { try (0..<count).map { _ in try DatagramSocket() } }
  }

  /// Sends a packet of each flow.
  /// - Returns: the source address that each arrived with, by the flow's number; lost ones are
  ///   left out.
  public func send() throws -> [Int: String] {
    var arrivals: [Int: String] = [:]
    // In small lots: a burst would overrun queues that have nothing to do with what is measured.
    for start in stride(from: 0, to: sockets.count, by: 64) {
      let lot = start..<min(start + 64, sockets.count)
      let (sockets, target) = (sockets, target)
      try sender.run {
        for number in lot { sockets[number].send(UInt64(number), to: target) }
      }
      var missing = lot.count
      while missing > 0, let packet = sink.receive(within: .milliseconds(200)) {
        arrivals[Int(clamping: packet.number)] = packet.source.text
        missing -= 1
      }
    }
    return arrivals
  }

  /// Sends a packet of each of so many new flows.
  /// - Returns: how many arrived from each address.
  public static func take(
    _ count: Int, from sender: Namespace, to receiver: Namespace, address: String,
    port: UInt16 = 7_100
  ) throws -> [String: Int] {
    let sample = try FlowSample(count, from: sender, to: receiver, address: address, port: port)
    return try sample.send().values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
