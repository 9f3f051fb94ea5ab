import Model

/// A bond as the kernel shows it now: which of its ports can carry, and which do.
struct BondWatch: Equatable, Sendable {
  let bond: Bond
  private(set) var index: InterfaceIndex?  // nil: there is no such bond
  private(set) var carrying: [InterfaceName] = []  // file order
  private var obstacles: [InterfaceName: [Obstacle]] = [:]

  init(_ bond: Bond) {
    self.bond = bond
  }

  func obstacles(of port: InterfaceName) -> [Obstacle] {
    obstacles[port] ?? [.absent]
  }

  mutating func observed(_ kernel: KernelState) {
    let link = kernel.link(named: bond.name).flatMap { $0.bond == nil ? nil : $0 }
    index = link?.index
    for name in bond.members {
      obstacles[name] = Self.obstacles(of: kernel.link(named: name), in: link)
    }
    carrying = bond.members.filter { name in
      guard let port = kernel.link(named: name) else { return false }
      return Self.carries(port, in: link, bond.mode)
    }
  }

  /// A port is set up by the bond that it is in.
  private static func obstacles(of port: Link?, in bond: Link?) -> [Obstacle] {
    guard let port else { return [.absent] }
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
