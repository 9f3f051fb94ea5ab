/// A packet to send by one link.
public struct Datagram: Hashable, Sendable {
  /// What carries it, and what whoever sends it sees to.
  public enum Medium: Hashable, Sendable {
    case echo(NumberedEcho)  // a request, of which this is all
    case neighbor  // ICMPv6 that no router passes on: with a hop limit of 255
    case arp  // to all on the link
    case udp(port: UInt16)  // the far end's; ours is the kernel's choice
    case vrrp  // with a hop limit of 255
    case peer(port: UInt16)  // to another node: whoever sends it authenticates it
  }

  public var medium: Medium
  public var interface: InterfaceIndex
  public var source: IPAddress?
  public var destination: IPAddress
  public var payload: [UInt8]

  public init(
    _ medium: Medium, interface: InterfaceIndex, source: IPAddress?, destination: IPAddress,
    payload: [UInt8] = []
  ) {
    self.medium = medium
    self.interface = interface
    self.source = source
    self.destination = destination
    self.payload = payload
  }
}

/// A packet that came in by one link, on a socket of ours.
public enum Arrival: Hashable, Sendable {
  case echo(NumberedEcho, from: IPAddress)  // the answer
  case neighbor([UInt8], hopLimit: UInt8)  // for one of our addresses, not for many hosts
  /// Of a router or for one: an advertisement or a solicitation of IPv6.
  case discovery([UInt8], from: IPAddress, hopLimit: UInt8)
  case arp([UInt8])
  case udp([UInt8], from: IPAddress, port: UInt16)
  case vrrp(VRRPPacket)
  case peer([UInt8])  // authenticated
  case claim([UInt8], Family)  // ARP, or a neighbour advertisement: somebody says he has it

  /// On a socket that probes leave by.
  public var isOfProbes: Bool {
    switch self {
    case .echo, .neighbor, .arp, .udp: true
    case .discovery, .vrrp, .peer, .claim: false
    }
  }
}

/// What is to be heard on a link of IPv6's router discovery.
public struct Ear: Hashable, Comparable, Sendable {
  public var interface: InterfaceIndex
  public var hearsHosts: Bool  // what they ask of routers, beside what routers say

  public init(_ interface: InterfaceIndex, hearsHosts: Bool) {
    self.interface = interface
    self.hearsHosts = hearsHosts
  }

  public static func < (left: Ear, right: Ear) -> Bool {
    left.interface < right.interface
  }
}

/// On which link to hear who else says that he has these addresses.
public struct ClaimEar: Hashable, Comparable, Sendable {
  public var interface: InterfaceIndex
  public var addresses: [IPAddress]  // of one family, sorted

  public init(_ interface: InterfaceIndex, _ addresses: [IPAddress]) {
    self.interface = interface
    self.addresses = addresses
  }

  public var family: Family { addresses.first?.family ?? .ipv4 }

  public static func < (left: ClaimEar, right: ClaimEar) -> Bool {
    (left.interface, left.family) < (right.interface, right.family)
  }
}

/// A packet for virtual routers, and what its IP header says of it.
public struct VRRPPacket: Hashable, Sendable {
  public var bytes: [UInt8]  // after that header
  public var source: IPAddress
  public var destination: IPAddress
  public var hopLimit: UInt8

  public init(bytes: [UInt8], source: IPAddress, destination: IPAddress, hopLimit: UInt8) {
    self.bytes = bytes
    self.source = source
    self.destination = destination
    self.hopLimit = hopLimit
  }
}

/// Where virtual routers of a family are to be heard, or to be spoken for.
public struct VRRPLink: Hashable, Comparable, Sendable {
  public var interface: InterfaceIndex
  public var family: Family
  public var hears: Bool  // if not, what it says comes from there, and others are heard elsewhere

  public init(_ interface: InterfaceIndex, _ family: Family, hears: Bool = true) {
    self.interface = interface
    self.family = family
    self.hears = hears
  }

  public static func < (left: VRRPLink, right: VRRPLink) -> Bool {
    (left.interface, left.family) < (right.interface, right.family)
  }
}
