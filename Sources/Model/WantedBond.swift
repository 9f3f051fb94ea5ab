/// A bond as it should be.
public struct WantedBond: Hashable, Comparable, Sendable {
  public var name: InterfaceName
  public var options: BondOptions  // the mode among them; others are left as they are
  public var mtu: Int?  // nil: as the kernel has it
  public var ports: [InterfaceName]  // as they are taken: the kernel lets the first carry
  public var active: InterfaceName?  // who carries; nil: whom the kernel takes
  public var primary: InterfaceName?  // whom the kernel is to take by itself; nil: anyone

  public init(
    name: InterfaceName, options: BondOptions, mtu: Int? = nil, ports: [InterfaceName],
    active: InterfaceName? = nil, primary: InterfaceName? = nil
  ) {
    self.name = name
    self.options = options
    self.mtu = mtu
    self.ports = ports
    self.active = active
    self.primary = primary
  }

  public static func < (left: WantedBond, right: WantedBond) -> Bool {
    left.name < right.name
  }
}
