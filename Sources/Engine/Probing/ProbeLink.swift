import Model

/// The link that probes go out by, as it is until something of it changes: a class, for all runs of a
/// link hold the same one, and look at it with each probe.
final class ProbeLink: Sendable {
  let member: MemberID
  let interface: InterfaceName
  let index: InterfaceIndex
  let hardware: HardwareAddress?
  let family: Family
  let way: Way

  init(
    of member: MemberID, _ interface: InterfaceName, _ index: InterfaceIndex,
    _ hardware: HardwareAddress?, _ family: Family, way: Way
  ) {
    self.member = member
    self.interface = interface
    self.index = index
    self.hardware = hardware
    self.family = family
    self.way = way
  }

  /// Nil: it is a port's, which has no address of its own.
  var uplink: UplinkName? {
    if case .uplink(let name) = member { name } else { nil }
  }

  /// What is known of another one says nothing of this.
  static func areAlike(_ left: ProbeLink?, _ right: ProbeLink?) -> Bool {
    left?.index == right?.index && left?.way.isUsable == right?.way.isUsable
      && left?.way.gateway == right?.way.gateway
  }

  /// This node asks itself, and by no link: the group's first stands for one that is always there.
  convenience init?(ofNode node: NodeName, in group: Group) {
    guard let router = group.holding.routers?.first else { return nil }
    self.init(
      of: .node(node), router.id.interface, InterfaceIndex(0), nil, group.holding.judgedFamily,
      way: Way(obstacles: []))
  }

  /// Nil while there is no such interface.
  convenience init?(_ watch: UplinkWatch, _ family: Family) {
    guard let index = watch.index else { return nil }
    self.init(
      of: watch.id, watch.uplink.interface, index, watch.hardware, family, way: watch[family])
  }
}
