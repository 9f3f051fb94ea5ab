/// The kernel's number of a network interface; a new one each time an interface is made.
public struct InterfaceIndex: Hashable, Comparable, Sendable {
  public let value: Int32

  public init(_ value: Int32) {
    self.value = value
  }

  public static func < (left: InterfaceIndex, right: InterfaceIndex) -> Bool {
    left.value < right.value
  }
}

extension InterfaceIndex: CustomStringConvertible {
  public var description: String { "\(value)" }
}

/// A name such as `eth0`: 1…15 bytes, no `/`, no white space, not `.` or `..` (dev_valid_name).
public struct InterfaceName: Hashable, Comparable, Sendable {
  public let text: String

  public init?(_ text: String) {
    let bytes = text.utf8
    guard (1...15).contains(bytes.count), text != ".", text != "..",
      bytes.allSatisfy({
        $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":")
      })
    else { return nil }
    self.text = text
  }

  public static func < (left: InterfaceName, right: InterfaceName) -> Bool {
    left.text < right.text
  }
}

extension InterfaceName: CustomStringConvertible {
  public var description: String { text }
}

/// What the kernel says of an interface (rtnetlink's RTM_NEWLINK).
public struct Link: Hashable, Sendable {
  public var index: InterfaceIndex
  public var name: InterfaceName
  public var isUp: Bool  // IFF_UP: an administrator wants it up
  public var hasCarrier: Bool  // IFF_LOWER_UP: the cable is in
  public var isOperational: Bool  // IF_OPER_UP or IF_OPER_UNKNOWN (RFC 2863), not DORMANT
  public var isPointToPoint: Bool
  /// Nil where none is needed to reach a neighbour: tunnels, PPP, the loopback.
  public var hardwareAddress: HardwareAddress?
  public var mtu: Int?  // bytes of the largest packet; nil: it was not told
  public var group: UInt32  // that an administrator, or Siaga, put it in; 0 is the usual one
  public var macvlan: Macvlan?  // nil: it is another kind of link
  public var bond: BondReport?  // nil: the same
  public var isPort: Bool  // IFF_SLAVE: it is in a bond, or is just being taken into one
  public var master: InterfaceIndex?  // the bond, or bridge, that it is in
  public var port: BondPort?  // nil: it is in no bond

  public init(
    index: InterfaceIndex, name: InterfaceName, isUp: Bool, hasCarrier: Bool,
    isOperational: Bool = true, isPointToPoint: Bool = false,
    hardwareAddress: HardwareAddress? = nil, mtu: Int? = nil, group: UInt32 = 0,
    macvlan: Macvlan? = nil,
    bond: BondReport? = nil, isPort: Bool = false, master: InterfaceIndex? = nil,
    port: BondPort? = nil
  ) {
    self.index = index
    self.name = name
    self.isUp = isUp
    self.hasCarrier = hasCarrier
    self.isOperational = isOperational
    self.isPointToPoint = isPointToPoint
    self.hardwareAddress = hardwareAddress
    self.mtu = mtu
    self.group = group
    self.macvlan = macvlan
    self.bond = bond
    self.isPort = isPort
    self.master = master
    self.port = port
  }

  /// Siaga made it.
  public var isOurs: Bool { group == Ours.linkGroup && (macvlan != nil || bond != nil) }
}
