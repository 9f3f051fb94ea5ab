/// A macvlan interface that has a virtual router's hardware address, so that whoever holds the
/// addresses, hosts and switches know them under one (RFC 9568 §7.3).
public struct VirtualLink: Hashable, Comparable, Sendable {
  public var name: InterfaceName
  public var parent: InterfaceIndex
  public var hardware: HardwareAddress

  public init(name: InterfaceName, parent: InterfaceIndex, hardware: HardwareAddress) {
    self.name = name
    self.parent = parent
    self.hardware = hardware
  }

  public init(of router: VirtualRouter.ID, on parent: InterfaceIndex) {
    self.init(name: router.linkName, parent: parent, hardware: router.hardware)
  }

  /// Whether that link is it.
  public func isMade(by link: Link) -> Bool {
    link.isOurs && link.name == name && link.hardwareAddress == hardware
      && link.macvlan == Macvlan(parent: parent, mode: .bridge)
  }

  public static func < (left: VirtualLink, right: VirtualLink) -> Bool {
    left.name < right.name
  }
}

/// What the kernel says of a macvlan interface beside what it says of any.
public struct Macvlan: Hashable, Sendable {
  /// linux/if_link.h
  public enum Mode: UInt32, Hashable, Sendable {
    case `private` = 1
    case vepa = 2
    /// The only one in which the link below hears what comes from the macvlan's own hardware
    /// address, as other nodes' advertisements do: the others take it for an echo.
    case bridge = 4
    case passthru = 8
    case source = 16
  }

  public var parent: InterfaceIndex
  public var mode: Mode?  // nil: one that Siaga does not know

  public init(parent: InterfaceIndex, mode: Mode?) {
    self.parent = parent
    self.mode = mode
  }
}

extension VirtualRouter.ID {
  /// 00-00-5E-00-01-VRID, of IPv6 with -02- (RFC 9568 §7.3).
  public var hardware: HardwareAddress {
    let bytes: [UInt8] = [0, 0, 0x5e, 0, family == .ipv4 ? 1 : 2, number]
    guard let address = HardwareAddress(bytes: bytes) else { preconditionFailure("\(bytes)") }
    return address
  }

  /// `siaga4-51`, `siaga6-51`: known beforehand, so that a firewall can name it.
  public var linkName: InterfaceName {
    let text = "siaga\(family == .ipv4 ? 4 : 6)-\(number)"
    guard let name = InterfaceName(text) else { preconditionFailure(text) }
    return name
  }
}
