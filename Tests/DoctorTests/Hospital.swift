import Config
import Doctor
import Model
import Testing

/// Patients that are well, to be given something.
enum Hospital {
  static let path = "/etc/siaga/siaga.yaml"
  static let ether1 = InterfaceName("ether1")!
  static let ether2 = InterfaceName("ether2")!
  static let index1 = InterfaceIndex(2)
  static let index2 = InterfaceIndex(3)
  static let lan = InterfaceIndex(4)

  static func uplink(
    _ number: Int, nat: NAT = .masquerade, families: [Family] = [.ipv4]
  ) -> Uplink {
    let texts = ["10.\(number)0.1", "2001:db8:\(number):"]
    let addresses = ["\(texts[0]).2/24", "\(texts[1]):2/64"].compactMap { InterfaceAddress($0) }
    let gateways = ["\(texts[0]).1", "\(texts[1]):1"].compactMap { IPAddress($0) }
    return Uplink(
      name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
      addresses: addresses.filter { families.contains($0.family) },
      gateways: gateways.filter { families.contains($0.family) }, nat: nat)
  }

  static func configuration(
    _ uplinks: [Uplink] = [uplink(1), uplink(2)], families: [Family] = [.ipv4],
    failback: Failback = .auto, match: TrafficMatch? = nil
  ) -> Configuration {
    let groups = families.map { family in
      Group(
        name: family == .ipv4 ? "internet" : "internet6", holding: .route(.everything(family)),
        members: uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) },
        failback: failback, match: match)
    }
    return Configuration(uplinks: uplinks, groups: groups)
  }

  /// A machine with a daemon that holds what it should, and nobody beside it.
  static func healthy(_ configuration: Configuration = configuration()) -> Facts {
    var facts = Facts()
    facts.file = .valid(path: path, configuration, warnings: [])
    facts.daemon = .answers(status(), runs: configuration.resolved)
    facts.kernel = kernel(configuration)
    for sysctl in facts.settingsToRead { facts.settings[sysctl] = "0" }
    for (sysctl, value) in wanted(facts) { facts.settings[sysctl] = value }
    facts.packetSizes = [ether1: 1_500, ether2: 1_500, InterfaceName("lan")!: 1_500]
    facts.neighbors = configuration.uplinks.flatMap { uplink in
      [
        NeighborFacts(
          uplink: uplink.name, interface: uplink.interface, address: uplink.gateways[0],
          isGateway: true, answers: [HardwareAddress("02:00:00:00:00:99")!]),
        NeighborFacts(
          uplink: uplink.name, interface: uplink.interface, address: uplink.addresses[0].address,
          isGateway: false, answers: []),
      ]
    }
    facts.chains = []
    facts.place.hasGroup = true
    facts.place.socket = PlaceFacts.Socket(
      path: "/run/siaga/api.sock", group: "siaga", mode: 0o660)
    facts.place.state = PlaceFacts.State(
      path: "/var/lib/siaga", isWritable: true, user: "siaga", freeBytes: 1 << 30,
      freeFiles: 1_000)
    facts.tracking = TrackingFacts(count: 1_000, most: 262_144)
    facts.limits.openFiles = 65_536
    facts.limits.tasks = LimitFacts.Share(used: 8, most: 512)
    facts.limits.memory = LimitFacts.Share(used: 20 << 20, most: 256 << 20)
    facts.clock = ClockFacts(
      isSynchronized: true, wall: Timestamp(nanoseconds: 1_800_000_000_000_000_000))
    return facts
  }

  /// What siaga sets with this configuration.
  private static func wanted(_ facts: Facts) -> [(Sysctl, String)] {
    facts.settingsToRead.compactMap { sysctl in
      switch sysctl.path.split(separator: "/").last {
      case "rp_filter" where !sysctl.path.contains("/all/"): (sysctl, "2")
      case "ignore_routes_with_linkdown", "promote_secondaries", "ip_forward", "forwarding",
        "fib_multipath_hash_policy":
        (sysctl, "1")
      default: nil
      }
    }
  }

  static func kernel(_ configuration: Configuration = configuration()) -> KernelState {
    var kernel = KernelState()
    kernel.apply(.link(link(InterfaceIndex(1), "lo")))
    for (place, uplink) in configuration.uplinks.enumerated() {
      let index = InterfaceIndex(Int32(place) + 2)
      kernel.apply(.link(link(index, uplink.interface.text)))
      for address in uplink.addresses {
        kernel.apply(.address(HeldAddress(interface: index, address: address)))
      }
    }
    kernel.apply(.link(link(lan, "lan")))
    kernel.apply(
      .address(
        HeldAddress(interface: lan, address: InterfaceAddress("192.168.1.1/24")!, origin: 0)))
    return kernel
  }

  static func link(
    _ index: InterfaceIndex, _ name: String, isUp: Bool = true, hasCarrier: Bool = true
  ) -> Link {
    Link(
      index: index, name: InterfaceName(name)!, isUp: isUp, hasCarrier: hasCarrier,
      hardwareAddress: HardwareAddress("02:00:00:00:00:01"))
  }

  static func status(
    file: String? = path, sent: Int = 100, answered: Int = 100
  ) -> StatusSnapshot {
    let check = CheckStatus(
      name: "gateway", target: "10.10.1.1", health: .up, suspect: false, rttMs: 0.4,
      lossPercent: 0, sent: sent, answered: answered, unsent: 0, note: nil)
    let member = MemberStatus(
      name: "isp1", tier: 1, weight: 1, family: .ipv4, usable: true, obstacles: [], health: .up,
      drained: false, trustedAt: nil, since: "", lacks: nil, checks: [check])
    let group = GroupStatus(
      name: "internet", holds: "route default", active: ["isp1"], preferred: ["isp1"],
      state: .normal, pinned: nil, pinIsHard: false, failback: "auto", since: "",
      members: [member], lastSwitch: nil, switches: 1)
    return StatusSnapshot(
      node: "gw", version: "0", startedAt: "", configFile: file, groups: [group], uplinks: [],
      troubles: [], unfinished: 0)
  }
}

/// What is found once the healthy machine was given something.
func found(
  _ configuration: Configuration = Hospital.configuration(), _ give: (inout Facts) -> Void
) -> [Finding] {
  var facts = Hospital.healthy(configuration)
  give(&facts)
  return diagnose(facts)
}

func expect(
  _ findings: [Finding], _ name: String, _ severity: Severity = .problem, what: String,
  mend: String, _ location: SourceLocation = #_sourceLocation
) {
  #expect(findings.map(\.name) == [name], sourceLocation: location)
  guard let finding = findings.first else { return }
  #expect(finding.severity == severity, sourceLocation: location)
  #expect(finding.what.contains(what), "\(finding.what)", sourceLocation: location)
  #expect(finding.remedy.contains(mend), "\(finding.remedy)", sourceLocation: location)
}
