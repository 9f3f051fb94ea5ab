import Kernel
import Lab
import Model
import Reconcile
import Testing

/// Bonds as Siaga makes them, on a real kernel: what was asked for is read back, and nothing is left
/// to do.
@Suite(.needsBonding, .serialized)
struct BondMakingTests {
  private static let ports = ["ether1", "ether2"].map { InterfaceName($0)! }

  /// A kernel with two cables, of which one end is in a bridge.
  private struct Bench {
    let here: Namespace

    static func with(_ body: (Bench) throws -> Void) throws {
      try Scene.with(["here", "there"]) { made, _ in
        _ = try TwoCables(between: made[0], and: made[1])
        try body(Bench(here: made[0]))
      }
    }

    func state() throws -> KernelState { try here.run { try KernelReader().state() } }

    func bond() throws -> Link? { try state().link(named: InterfaceName("bond0")!) }

    /// Makes the kernel agree.
    /// - Returns: the steps that it took, as `ip` lines.
    @discardableResult
    func agree(_ wanted: WantedBond?) throws -> [String] {
      var all = Wanted()
      wanted.map { all.bonds = [$0] }
      var lines: [String] = []
      for _ in 0..<12 {
        let state = try state()
        let changes = state.changes(to: all)
        if changes.isEmpty { return lines }
        let failures = try here.run { try KernelWriter().apply(changes) }
        for (change, failure) in zip(changes, failures) {
          let name = { state.links[$0]?.name }
          lines.append(change.line(name))
          if let failure { Issue.record("\(change.sentence(failure, name))") }
        }
      }
      throw LabError.never("a kernel that agrees: \(lines)", within: .zero)
    }
  }

  private static func bond(_ mode: Bond.Mode) -> WantedBond {
    var options = BondOptions()
    options[.mode] = .number(mode.number)
    options[.carrierInterval] = .number(100)
    return WantedBond(name: InterfaceName("bond0")!, options: options, ports: ports)
  }

  @Test(arguments: Bond.Mode.allCases)
  func `a bond of each mode is made of links that were up, and comes and goes`(
    mode: Bond.Mode
  ) throws {
    try Bench.with { bench in
      try bench.here.ip("addr add 192.0.2.9/24 dev ether1")
      try bench.agree(Self.bond(mode))
      let state = try bench.state()
      let bond = try #require(state.link(named: InterfaceName("bond0")!))
      #expect(bond.isUp && bond.isOurs && bond.bond?.options.mode == mode)
      for port in Self.ports.compactMap(state.link) {
        #expect(port.master == bond.index && port.port != nil && port.isUp)
        #expect(state.addresses(on: port.index).allSatisfy { $0.address.family == .ipv6 })
      }
      try bench.agree(nil)
      #expect(try bench.bond() == nil)
    }
  }

  /// Each setting in a mode that has it, to something else than the kernel begins with.
  @Test(arguments: Bond.Mode.allCases)
  func `every setting of a mode is changed in a bond that runs, and read back`(
    mode: Bond.Mode
  ) throws {
    try Bench.with { bench in
      var wanted = Self.bond(mode)
      try bench.agree(wanted)
      let found = try #require(try bench.bond()?.bond?.options)
      for (option, value) in found.all where option.concerns(mode) && option != .mode {
        wanted.options[option] = Self.another(than: value, of: option)
      }
      // The two ways to watch carriers exclude each other.
      for option in [BondOption.arpInterval, .arpTargets, .arpValidate, .neighborTargets] {
        wanted.options[option] = nil
      }
      try bench.agree(wanted)
      let now = try #require(try bench.bond()?.bond?.options)
      #expect(wanted.options.differing(from: now).isEmpty)
    }
  }

  private static func another(
    than value: BondOptions.Value, of option: BondOption
  ) -> BondOptions.Value? {
    switch (option, value) {
    // Multiples of how often it looks.
    case (.upDelay, _), (.downDelay, _), (.peerNoticeDelay, _): .number(400)
    case (.carrierInterval, _): .number(200)
    case (.learningInterval, _): .number(2)
    case (.actorSystem, _): .hardware(HardwareAddress("02:00:00:00:00:77")!)
    case (_, .number(let number)):
      .number(option.words == nil && number > 1 ? number - 1 : number == 0 ? 1 : 0)
    case (_, .hardware), (_, .addresses): nil
    }
  }

  @Test
  func `who is wanted carries at once, and the kernel would choose it too`() throws {
    try Bench.with { bench in
      var wanted = Self.bond(.activeBackup)
      wanted.active = Self.ports[0]
      wanted.primary = Self.ports[0]
      try bench.agree(wanted)
      for port in [1, 0, 1] {
        wanted.active = Self.ports[port]
        wanted.primary = Self.ports[port]
        let lines = try bench.agree(wanted)
        #expect(
          lines == [
            "ip link set bond0 type bond primary \(Self.ports[port])",
            "ip link set bond0 type bond active_slave \(Self.ports[port])",
          ])
        let state = try bench.state()
        let active = state.link(named: InterfaceName("bond0")!)?.bond?.active
        #expect(active == state.link(named: Self.ports[port])?.index)
      }
    }
  }

  @Test
  func `another mode, a port fewer and a stranger in it are brought about in place`() throws {
    try Bench.with { bench in
      try bench.agree(Self.bond(.activeBackup))
      let index = try bench.bond()?.index
      try bench.agree(Self.bond(.balanceXOR))
      var less = Self.bond(.balanceXOR)
      less.ports = [Self.ports[0]]
      try bench.agree(less)
      #expect(try bench.state().link(named: Self.ports[1])?.master == nil)
      try bench.here.ip("link set ether2 down", "link set ether2 master bond0")
      try bench.agree(less)
      #expect(try bench.state().link(named: Self.ports[1])?.master == nil)
      #expect(try bench.bond()?.index == index, "it is the same bond still")
    }
  }

  @Test
  func `a bond that somebody else made is steered, and nothing else of it is touched`() throws {
    try Bench.with { bench in
      let made = try LabBond(
        "bond0", of: ["ether1", "ether2"], on: bench.here, .activeBackup,
        options: "updelay 300 primary ether1")
      // Until that is over, the kernel lets none carry.
      try made.await("both are up", within: .seconds(10)) { $0.ports.allSatisfy(\.isUp) }
      var wanted = Self.bond(.activeBackup)
      wanted.ports = []
      wanted.active = Self.ports[1]
      wanted.primary = Self.ports[1]
      try bench.agree(wanted)
      let report = try #require(try bench.bond()?.bond)
      #expect(report.options[.upDelay] == .number(300))
      #expect(try bench.state().link(named: Self.ports[1])?.index == report.active)
      #expect(try bench.agree(nil).isEmpty)
    }
  }
}
