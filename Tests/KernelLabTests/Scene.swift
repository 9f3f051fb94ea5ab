import Lab
import Synchronization

/// Namespaces for one test, removed whichever way it ends.
enum Scene {
  private static let counter = Atomic(0)

  /// A name of its own for each test, so that they can run beside each other.
  static func tag() -> String {
    "k\(counter.add(1, ordering: .relaxed).newValue)"
  }

  static func with(
    _ roles: [String], _ body: (_ namespaces: [Namespace], _ tag: String) throws -> Void
  ) throws {
    let tag = tag()
    let namespaces = try Namespace.make(tag: tag, roles: roles)
    let result = Result { try body(namespaces, tag) }
    try Namespace.remove(namespaces)
    try result.get()
  }

  /// Packets that flow while the body runs: ten each 100 ms, which an emulated processor keeps up with.
  static func streaming<Value>(
    from: Namespace, to: Namespace, _ address: String, _ body: (PacketStream) throws -> Value
  ) throws -> Value {
    let stream = try PacketStream(
      .init(from: from, to: to, address: address), rate: 100, capacity: 10_000)
    defer { stream.stop() }
    try stream.awaitFlow(within: .seconds(10))
    return try body(stream)
  }

  /// What became of the packets from the moment of a fault until they flowed again.
  static func losses(
    from: Namespace, to: Namespace, _ address: String, by fault: () throws -> Moment
  ) throws -> StreamReport {
    try streaming(from: from, to: to, address) { stream in
      let moment = try fault()
      try stream.awaitFlow(within: .seconds(10))
      stream.stop()
      return stream.report(from: moment)
    }
  }
}
