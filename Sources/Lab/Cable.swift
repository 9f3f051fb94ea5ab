import Synchronization

/// A link between two namespaces that can be pulled and put back.
public protocol Cable: Sendable {
  /// Both ends lose their carrier; the moment just before.
  @discardableResult
  func pull() throws -> Moment

  /// Both ends get their carrier back; the moment just before.
  @discardableResult
  func plug() throws -> Moment

  /// Ends what keeps the cable; its interfaces go with their namespaces.
  func remove()
}

/// Where a cable ends: an interface in a namespace.
public struct Port: Hashable, Sendable {
  public let namespace: Namespace
  public let interface: String

  public init(_ namespace: Namespace, _ interface: String) {
    self.namespace = namespace
    self.interface = interface
  }
}

/// A veth pair. The kernel tells of its carrier at once: `link_watch` calls an event urgent
/// when the interface's index is not its peer's. So both get indices of our choice; left to
/// themselves, each may be number 2 of its namespace.
public struct VethCable: Cable {
  public let near: Port
  public let far: Port

  private static let nextIndex = Atomic(1_000)

  /// Pulling sets the far end down: the near end stays up and loses its carrier, as it does
  /// when somebody pulls the plug at the provider's side.
  public init(from near: Port, to far: Port) throws {
    self.near = near
    self.far = far
    let index = Self.nextIndex.add(2, ordering: .relaxed).oldValue
    let peer = "peer name \(far.interface) index \(index + 1) netns \(far.namespace.name)"
    try near.namespace.ip(
      "link add \(near.interface) index \(index) type veth \(peer)",
      "link set \(near.interface) up")
    try far.namespace.ip("link set \(far.interface) up")
  }

  @discardableResult
  public func pull() throws -> Moment {
    try far.namespace.setLink(far.interface, up: false)
  }

  @discardableResult
  public func plug() throws -> Moment {
    try far.namespace.setLink(far.interface, up: true)
  }

  public func remove() {}
}
