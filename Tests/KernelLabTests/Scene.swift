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

  /// Ten packets each 100 ms: an emulated processor keeps up with them.
  static func stream(from: Namespace, to: Namespace, _ address: String) throws -> PacketStream {
    try PacketStream(.init(from: from, to: to, address: address), rate: 100, capacity: 10_000)
  }
}
