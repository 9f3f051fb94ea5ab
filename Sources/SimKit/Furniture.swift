import Model

extension World {
  /// What stands in the kernel before the daemon starts: links, what others made, and now
  /// and then what an earlier life left behind.
  mutating func furnish() {
    for access in site.accesses {
      _ = shell.kernel.appear(access.interface)
      giveAddress(access.interface)
    }
    let lan = shell.kernel.appear(Site.lan)
    let own = InterfaceAddress(.v4(0xc0a8_0901), length: 24)
    shell.kernel.addAddress(HeldAddress(interface: lan, address: own, origin: 0))
    furnishForeign(lan: lan)
    if Bool.random(using: &random) { furnishOrphans(lan: lan) }
  }

  /// A DHCP client's default, and somebody's things where ours are.
  private mutating func furnishForeign(lan: InterfaceIndex) {
    let hop = NextHop(interface: lan, gateway: .v4(0xc0a8_0909))
    let dhcp: UInt8 = 16
    let direct = NextHop(interface: lan, gateway: nil)
    let ours = [Ours.table(uplink: 0), Ours.table(group: 0)]
    shell.kernel.addRoute(Route(.defaultV4, table: Ours.mainTable, hops: [hop], origin: dhcp))
    for table in ours {
      let beside = Prefix(.v4(0xc633_6400), length: 24)
      shell.kernel.addRoute(Route(beside, table: table, hops: [direct], origin: 4))
    }
    shell.kernel.addRoute(
      Route(.defaultV4, table: Ours.table(group: 0), hops: [hop], metric: 50, origin: 4))
    let hop6 = NextHop(interface: lan, gateway: .v6(high: 0xfe80 << 48, low: 9))
    shell.kernel.addRoute(
      Route(.defaultV6, table: Ours.mainTable, hops: [hop6], metric: 1_024, origin: dhcp))
    for (priority, table) in [(Ours.Priority.group(0), 100), (32_766, Ours.mainTable)] {
      shell.kernel.addRule(
        Rule(priority: priority, family: .ipv4, selector: .all, table: table, origin: 0))
    }
  }

  private mutating func furnishOrphans(lan: InterfaceIndex) {
    let hop = NextHop(interface: lan, gateway: nil)
    shell.kernel.addRoute(Route(.defaultV4, table: Ours.table(uplink: 7), hops: [hop]))
    shell.kernel.addRoute(Route(.defaultV4, table: Ours.table(group: 0), hops: [hop]))
    shell.kernel.addRule(
      Rule(
        priority: Ours.Priority.mark(7), family: .ipv4,
        selector: .mark(0x0800, mask: MarkSpace.standard.mask), table: Ours.table(uplink: 7)))
  }
}
