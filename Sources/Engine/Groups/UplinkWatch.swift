import Model

/// An uplink as the kernel shows it now, in the families that groups ask it for.
struct UplinkWatch: Equatable, Sendable {
  let uplink: Uplink
  let families: [Family]
  private(set) var index: InterfaceIndex?
  private(set) var hardware: HardwareAddress?
  private var ways = PerFamily { _ in Way() }

  /// - Parameter old: the watch before a reload; by the same interface, it knows already.
  init(_ uplink: Uplink, families: [Family], after old: UplinkWatch? = nil) {
    self.uplink = uplink
    self.families = families.filter(uplink.mayCarry)
    guard let old, old.uplink.interface == uplink.interface else { return }
    index = old.index
    hardware = old.hardware
    ways = old.ways
  }

  var id: MemberID { .uplink(uplink.name) }

  subscript(family: Family) -> Way { ways[family] }

  mutating func observed(_ kernel: KernelState) {
    guard let link = kernel.link(named: uplink.interface) else {
      self = UplinkWatch(uplink, families: families)
      return
    }
    // An interface that came back under another index is another link.
    if let index, index != link.index { ways = PerFamily { _ in Way() } }
    index = link.index
    hardware = link.hardwareAddress
    for family in families { ways[family].observed(uplink, family, link, kernel) }
  }
}
