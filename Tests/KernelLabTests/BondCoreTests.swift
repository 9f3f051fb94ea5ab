import Lab
import Testing

/// What a kernel's bonds must do before ours can: the part that `make test` runs, too.
@Suite(.needsBonding, .serialized)
struct BondCoreTests {
  private static let monitored = Duration.milliseconds(100)

  @Test(arguments: LabBond.Mode.allCases)
  func `the kernel makes bonds of each mode`(mode: LabBond.Mode) throws {
    try Scene.with(["here", "there"]) { made, _ in
      for number in 1...2 {
        _ = try VethCable(
          from: Port(made[0], "ether\(number)"), to: Port(made[1], "ether\(number)"))
      }
      let bond = try LabBond("bond1", of: ["ether1", "ether2"], on: made[0], mode)
      let report = try bond.await("ports are up", within: .seconds(10)) {
        $0.ports.allSatisfy(\.isUp)
      }
      #expect(report.mode.contains(Self.words(of: mode)))
      #expect(report.ports.map(\.interface) == ["ether1", "ether2"])
    }
  }

  /// How /proc/net/bonding begins to call it.
  private static func words(of mode: LabBond.Mode) -> String {
    switch mode {
    case .balanceRoundRobin: "round-robin"
    case .activeBackup: "active-backup"
    case .balanceXOR: "xor"
    case .broadcast: "broadcast"
    case .lacp: "802.3ad"
    case .balanceTransmit: "transmit load balancing"
    case .balanceAdaptive: "adaptive load balancing"
    }
  }

  @Test
  func `an active-backup bond goes on by its other port within two looks at its carriers`() throws {
    try Scene.with(["here", "there"]) { made, _ in
      let (here, there) = (made[0], made[1])
      let network = try TwoCables(between: here, and: there)
      let bond = try LabBond(
        "bond1", of: ["ether1", "ether2"], on: here, .activeBackup, monitored: Self.monitored,
        options: "primary ether1")
      try here.ip("addr add 192.0.2.2/24 dev bond1")
      try bond.await("sends by ether1", within: .seconds(10)) { $0.active == "ether1" }
      try here.warm(["192.0.2.1"])
      let losses = try Scene.losses(from: here, to: there, "192.0.2.1") {
        try network.cables[0].pull()
      }
      #expect(losses.longestOutage <= Self.monitored * 2, "\(losses)")
      #expect(try bond.report().active == "ether2")
    }
  }
}
