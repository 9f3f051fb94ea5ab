import Model

/// The link that probes go out by, as it is until something of it changes: a class, for all runs of a
/// link hold the same one, and look at it with each probe.
final class ProbeLink: Sendable {
  let uplink: UplinkName
  let interface: InterfaceName
  let index: InterfaceIndex
  let hardware: HardwareAddress?
  let family: Family
  let way: Way

  /// Nil while there is no such interface.
  init?(_ watch: UplinkWatch, _ family: Family) {
    guard let index = watch.index else { return nil }
    uplink = watch.uplink.name
    interface = watch.uplink.interface
    self.index = index
    hardware = watch.hardware
    self.family = family
    way = watch[family]
  }
}
