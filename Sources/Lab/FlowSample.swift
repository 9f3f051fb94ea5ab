/// Many UDP flows, a packet each, from one namespace to another: which source addresses they
/// arrive with tells how they were shared.
public struct FlowSample: Sendable {
  /// How many flows arrived from each address.
  public let arrivals: [String: Int]

  public var total: Int { arrivals.values.reduce(0, +) }

  /// Each flow has a socket, and so a port, of its own.
  public static func take(
    _ count: Int, from sender: Namespace, to receiver: Namespace, address: String,
    port: UInt16 = 7_100
  ) throws -> FlowSample {
    let target = try SocketAddress(address, port: port)
    let sink = try receiver.run { try DatagramSocket(port: port) }
    var arrivals: [String: Int] = [:]
    // In small lots: a burst would overrun queues that have nothing to do with what is measured.
    for start in stride(from: 0, to: count, by: 64) {
      let lot = start..<min(start + 64, count)
      try sender.run {
        for number in lot { try DatagramSocket().send(UInt64(number), to: target) }
      }
      var missing = lot.count
      while missing > 0, let packet = sink.receive(within: .milliseconds(200)) {
        arrivals[packet.source.text, default: 0] += 1
        missing -= 1
      }
    }
    return FlowSample(arrivals: arrivals)
  }
}
