import Model
import Testing

@testable import Reconcile

/// From what is there to a bond as it should be, as `ip` lines.
struct BondChangeTests {
  private static let ethernet = InterfaceIndex(2)
  private static let wireless = InterfaceIndex(3)
  private static let bond = InterfaceIndex(9)

  private static func name(_ text: String) -> InterfaceName { InterfaceName(text)! }

  /// `wanted` by default: Ethernet carries, Wi-Fi waits.
  private static func wanted(_ change: (inout WantedBond) -> Void = { _ in }) -> Wanted {
    var options = BondOptions()
    options[.mode] = .number(Bond.Mode.activeBackup.number)
    options[.carrierInterval] = .number(100)
    options[.failOverMAC] = .number(1)
    var bond = WantedBond(
      name: name("bond0"), options: options, ports: [name("eth0"), name("wlan0")],
      active: name("eth0"), primary: name("eth0"))
    change(&bond)
    var wanted = Wanted()
    wanted.bonds = [bond]
    return wanted
  }

  /// Two links without a bond: one is up and has an address, the other is down.
  private static func scene() -> KernelState {
    var state = KernelState()
    for (index, text, isUp) in [(ethernet, "eth0", true), (wireless, "wlan0", false)] {
      state.apply(.link(Link(index: index, name: name(text), isUp: isUp, hasCarrier: true)))
    }
    var address = HeldAddress(interface: ethernet, address: InterfaceAddress("192.0.2.5/24")!)
    address.origin = 3  // somebody else's
    state.apply(.address(address))
    return state
  }

  /// Does what is due until nothing is, as a kernel would.
  /// - Returns: the lines, a step in each.
  private static func obey(_ wanted: Wanted, _ state: inout KernelState) -> [[String]] {
    var steps: [[String]] = []
    while case let due = state.changes(to: wanted), !due.isEmpty, steps.count < 10 {
      let known = state
      steps.append(due.map { $0.line { known.links[$0]?.name } })
      for change in due {
        switch change {
        case .bond(let change):
          for link in change.told(of: state, next: bond) { state.apply(.link(link)) }
        case .raiseLink(_, let index): state.set(index, isUp: true)
        case .lowerLink(_, let index): state.set(index, isUp: false)
        default: change.confirmed.map { state.apply($0) }
        }
      }
    }
    return steps
  }

  @Test
  func `a bond is made, its ports are set down and cleared, and who is wanted carries`() {
    var state = Self.scene()
    #expect(
      Self.obey(Self.wanted(), &state) == [
        [
          "ip link add bond0 group 83 type bond mode active-backup miimon 100 fail_over_mac active"
        ],
        [
          "ip link set bond0 type bond primary eth0", "ip link set eth0 down",
          "ip link set wlan0 master bond0", "ip link set bond0 up",
        ],
        [
          "ip address delete 192.0.2.5/24 dev eth0", "ip link set eth0 master bond0",
        ],
        ["ip link set bond0 type bond active_slave eth0"],
      ])
    #expect(state.link(named: Self.name("bond0"))?.bond?.active == Self.ethernet)
  }

  /// The kernel lets the first one carry: the best is taken first, where it can be.
  @Test
  func `ports are taken in their order`() {
    var state = KernelState()
    for (index, text) in [(Self.ethernet, "eth0"), (Self.wireless, "wlan0")] {
      state.apply(
        .link(Link(index: index, name: Self.name(text), isUp: false, hasCarrier: true)))
    }
    let wanted = Self.wanted {
      $0.ports = [Self.name("wlan0"), Self.name("eth0")]
      ($0.active, $0.primary) = (nil, nil)
    }
    let lines = Self.obey(wanted, &state).joined().filter { $0.contains("master") }
    #expect(lines == ["ip link set wlan0 master bond0", "ip link set eth0 master bond0"])
    #expect(state.link(named: Self.name("bond0"))?.bond?.active == Self.wireless)
  }

  /// The carrying port goes before all else that may be due, and needs nothing else.
  @Test
  func `to switch is to prefer another and to take it at once`() {
    var state = Self.scene()
    _ = Self.obey(Self.wanted(), &state)
    let next = Self.wanted {
      $0.active = Self.name("wlan0")
      $0.primary = Self.name("wlan0")
    }
    #expect(
      Self.obey(next, &state) == [
        [
          "ip link set bond0 type bond primary wlan0",
          "ip link set bond0 type bond active_slave wlan0",
        ]
      ])
    #expect(Self.obey(next, &state).isEmpty)
  }

  @Test
  func `a setting that the kernel takes at once is changed in place`() {
    var state = Self.scene()
    _ = Self.obey(Self.wanted(), &state)
    let next = Self.wanted { $0.options[.peerNotices] = .number(5) }
    #expect(Self.obey(next, &state) == [["ip link set bond0 type bond num_grat_arp 5"]])
  }

  @Test
  func `packets get the size that is asked for, and keep theirs where none is`() {
    var state = Self.scene()
    let wanted = Self.wanted { $0.mtu = 9_000 }
    let lines = Self.obey(wanted, &state).joined()
    #expect(lines.filter { $0.contains("mtu") } == ["ip link set bond0 mtu 9000"])
    #expect(Self.obey(Self.wanted(), &state).isEmpty)
  }

  @Test
  func `for another mode the ports leave, and come back`() {
    var state = Self.scene()
    _ = Self.obey(Self.wanted(), &state)
    let next = Self.wanted {
      $0.options = BondOptions()
      $0.options[.mode] = .number(Bond.Mode.lacp.number)
      $0.options[.lacpRate] = .number(1)
      $0.active = nil
      $0.primary = nil
    }
    let steps = Self.obey(next, &state)
    #expect(
      Array(steps.prefix(3)) == [
        ["ip link set bond0 type bond primary ''"] + [
          "ip link set eth0 nomaster", "ip link set wlan0 nomaster",
        ],
        ["ip link set bond0 down"],
        [
          "ip link set bond0 type bond mode 802.3ad", "ip link set bond0 type bond lacp_rate fast",
        ],
      ])
    let bond = state.link(named: Self.name("bond0"))
    #expect(bond?.bond?.options.mode == .lacp && bond?.isUp == true)
    #expect(state.links[Self.ethernet]?.master == Self.bond)
    #expect(state.links[Self.wireless]?.master == Self.bond)
  }

  @Test
  func `who does not belong in it is let go, and one that nobody wants is removed`() {
    var state = Self.scene()
    _ = Self.obey(Self.wanted(), &state)
    let alone = Self.wanted { $0.ports = [Self.name("eth0")] }
    #expect(
      Self.obey(alone, &state) == [["ip link set wlan0 nomaster", "ip link set wlan0 up"]])
    #expect(
      Self.obey(Wanted(), &state) == [["ip link delete bond0", "ip link set eth0 up"]])
  }

  @Test
  func `somebody else's bond is steered, and otherwise left as it is`() {
    var state = Self.scene()
    _ = Self.obey(Self.wanted(), &state)
    state.links[Self.bond].map { bond in
      var foreign = bond
      foreign.group = 0
      state.apply(.link(foreign))
    }
    let next = Self.wanted {
      $0.ports = []
      $0.options[.carrierInterval] = .number(50)
      $0.active = Self.name("wlan0")
    }
    #expect(
      Self.obey(next, &state) == [["ip link set bond0 type bond active_slave wlan0"]])
    #expect(Self.obey(Wanted(), &state).isEmpty)
  }

  @Test
  func `what is in something else, or is no bond, is left there`() {
    var state = Self.scene()
    state.links[Self.wireless].map { link in
      var inBridge = link
      inBridge.master = InterfaceIndex(77)
      state.apply(.link(inBridge))
    }
    _ = Self.obey(Self.wanted(), &state)
    #expect(state.links[Self.wireless]?.master == InterfaceIndex(77))

    var bridge = KernelState()
    bridge.apply(
      .link(Link(index: Self.bond, name: Self.name("bond0"), isUp: true, hasCarrier: true)))
    #expect(Self.obey(Self.wanted(), &bridge).isEmpty)
  }

  /// As `bond_enslave` tells of it: first that the port is up and is one, then where.
  @Test
  func `a port that is just being taken is not set down again`() throws {
    var state = Self.scene()
    _ = Self.obey(Self.wanted(), &state)
    var port = try #require(state.links[Self.wireless])
    port.master = nil
    port.port = nil
    port.isPort = true
    state.apply(.link(port))
    #expect(state.changes(to: Self.wanted()).isEmpty)
    port.isPort = false
    state.apply(.link(port))
    #expect(!state.changes(to: Self.wanted()).isEmpty)
  }
}

extension KernelState {
  fileprivate mutating func set(_ index: InterfaceIndex, isUp: Bool) {
    guard var link = links[index] else { return }
    link.isUp = isUp
    apply(.link(link))
  }
}
