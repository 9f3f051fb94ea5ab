import Model

/// A bond as the kernel shows it now: which of its ports can carry, and which do.
struct BondWatch: Equatable, Sendable {
  let bond: Bond
  private(set) var index: InterfaceIndex?  // nil: there is no such bond
  private(set) var carrying: [InterfaceName] = []  // file order
  private var ports: [InterfaceName: Port] = [:]
  private var way = Way()  // of the bond in IPv4, whose hosts ports are asked for

  /// One that is there.
  private struct Port: Equatable, Sendable {
    let index: InterfaceIndex
    let hardware: HardwareAddress?
    let obstacles: [Obstacle]
  }

  init(_ bond: Bond) {
    self.bond = bond
  }

  func obstacles(of port: InterfaceName) -> [Obstacle] {
    ports[port]?.obstacles ?? [.absent]
  }

  /// A port is asked by without a sender's address (RFC 5227, §2.1.1): by the bond's, hosts would learn
  /// that it is to be found at this port, whoever carries.
  func link(of port: InterfaceName) -> ProbeLink? {
    guard let found = ports[port] else { return nil }
    let way = Way(
      addresses: way.addresses, source: .any(.ipv4), gateway: way.gateway,
      obstacles: found.obstacles)
    return ProbeLink(of: .port(port), port, found.index, found.hardware, .ipv4, way: way)
  }

  /// - Parameter way: of the uplink by this bond; nil: there is none.
  mutating func observed(_ kernel: KernelState, _ way: Way?) {
    let link = kernel.link(named: bond.name).flatMap { $0.bond == nil ? nil : $0 }
    index = link?.index
    let addresses = index.map(kernel.addresses) ?? []
    self.way = way ?? Way(addresses: addresses.filter { $0.address.family == .ipv4 })
    ports = [:]
    carrying = []
    for name in bond.members {
      guard let port = kernel.link(named: name) else { continue }
      ports[name] = Port(
        index: port.index, hardware: port.hardwareAddress,
        obstacles: Self.obstacles(of: port, in: link))
      if Self.carries(port, in: link, bond.mode) { carrying.append(name) }
    }
  }

  /// A port is set up by the bond that it is in.
  private static func obstacles(of port: Link, in bond: Link?) -> [Obstacle] {
    guard let bond, port.master == bond.index else {
      return [port.master == nil ? .notInBond : .inAnother]
    }
    if !port.isUp { return [.adminDown] }
    return port.hasCarrier && port.isOperational ? [] : [.noCarrier]
  }

  private static func carries(_ port: Link, in bond: Link?, _ mode: Bond.Mode) -> Bool {
    guard let bond, port.master == bond.index else { return false }
    if mode.hasOneActive { return bond.bond?.active == port.index }
    return port.hasCarrier && (port.port?.isActive ?? false)
  }
}
