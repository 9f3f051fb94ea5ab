import Config
import Model
import Pilot
import Reconcile
import Testing

/// What `siaga plan` says of a bond that is to be made.
struct BondPlanTests {
  @Test
  func `a bond is planned to its end, by its name`() throws {
    let members = try ["eth0", "wlan0"].map { try #require(InterfaceName($0)) }
    let bond = Bond(
      name: try #require(InterfaceName("bond0")), members: members, primary: members[0],
      addresses: [try #require(InterfaceAddress("192.0.2.5/24"))])
    var kernel = KernelState()
    for (place, name) in members.enumerated() {
      let index = InterfaceIndex(Int32(place) + 2)
      kernel.apply(.link(Link(index: index, name: name, isUp: place == 0, hasCarrier: true)))
    }
    let clock = ClockReading(monotonic: .zero + .seconds(5), wall: Timestamp(nanoseconds: 0))
    let rehearsal = Rehearsal(
      Configuration(bonds: [bond]), on: Pilot(seed: 1), observed: kernel, at: clock)
    let lines = rehearsal.changes.map { $0.line(rehearsal.name) }
    #expect(
      lines.first
        == "ip link add bond0 group 83 type bond mode active-backup miimon 100 fail_over_mac active "
        + "num_grat_arp 3")
    for line in [
      "ip address add 192.0.2.5/24 dev bond0 proto 83", "ip link set eth0 down",
      "ip link set eth0 master bond0", "ip link set wlan0 master bond0", "ip link set bond0 up",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.last == "ip link set bond0 type bond active_slave eth0")
    #expect(!lines.contains { $0.contains("if4") })
  }
}
