/// One virtual router (RFC 9568 §1.7): addresses on one link that one of several nodes has.
public struct VirtualRouter: Hashable, Sendable {
  /// What tells it from others. IPv4 and IPv6 with one VRID are two routers.
  public struct ID: Hashable, Comparable, Sendable {
    public var interface: InterfaceName
    public var family: Family
    public var number: UInt8  // VRID, 1…255

    public init(interface: InterfaceName, family: Family, number: UInt8) {
      self.interface = interface
      self.family = family
      self.number = number
    }

    public static func < (left: ID, right: ID) -> Bool {
      (left.interface, left.family, left.number) < (right.interface, right.family, right.number)
    }
  }

  public var id: ID
  public var addresses: [IPAddress]  // file order, of its family, at least one
  public var version: VRRPVersion
  public var interval: Duration  // between advertisements
  public var checksum: VRRPChecksumForm?  // nil: as others on the link send it
  public var isUnicast: Bool  // to the other nodes' addresses, instead of to all on the link
  public var mac: RouterMAC  // under which the addresses are known on the link
  /// Packets for the addresses themselves are taken, though they are no node's own (RFC 9568's
  /// Accept_Mode).
  public var accepts: Bool

  public init(
    id: ID, addresses: [IPAddress], version: VRRPVersion = .three,
    interval: Duration = .seconds(1), checksum: VRRPChecksumForm? = nil, isUnicast: Bool = false,
    mac: RouterMAC = .own, accepts: Bool = true
  ) {
    self.id = id
    self.addresses = addresses
    self.version = version
    self.interval = interval
    self.checksum = checksum
    self.isUnicast = isUnicast
    self.mac = mac
    self.accepts = accepts
  }
}

extension VirtualRouter.ID: CustomStringConvertible {
  /// `lan/51`, `lan/51/ipv6`
  public var description: String {
    "\(interface)/\(number)" + (family == .ipv4 ? "" : "/ipv6")
  }
}

/// One of the machines that share a file.
public struct Node: Hashable, Sendable {
  public var name: NodeName
  public var addresses: [IPAddress]  // its own, on each link that it shares with others
  public var priority: UInt8?  // 1…255; nil: by its tier
  public var uplinks: [Uplink]  // those that are otherwise on it, whole

  public init(
    name: NodeName, addresses: [IPAddress], priority: UInt8? = nil, uplinks: [Uplink] = []
  ) {
    self.name = name
    self.addresses = addresses
    self.priority = priority
    self.uplinks = uplinks
  }

  /// Of a node that is well, where its file gives it none.
  /// - Parameter tier: 1 is the best.
  public static func priority(tier: Int) -> UInt8 { UInt8(max(250 - 50 * max(tier, 1), 10)) }
}

/// How nodes talk with each other, besides VRRP.
public struct Cluster: Hashable, Sendable {
  public var keyFile: String
  public var heartbeat: Duration
  public var fall: Int  // heartbeats without a word, until a node is dead
  public var port: UInt16

  public init(keyFile: String, heartbeat: Duration, fall: Int, port: UInt16) {
    self.keyFile = keyFile
    self.heartbeat = heartbeat
    self.fall = fall
    self.port = port
  }
}
