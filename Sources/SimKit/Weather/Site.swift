import Config
import Engine
import Model

/// A machine's place in the world: its links, and the configurations that fit them.
struct Site: Sendable {
  struct Access: Sendable {
    let interface: InterfaceName
    var address: InterfaceAddress
    var gateway: IPAddress
    let address6: InterfaceAddress?  // nil: there is no IPv6 here
    let isSystemAddressed: Bool  // by DHCP, say; else Siaga sets the addresses
    let tellsGateway: Bool  // the system routes by it too

    var addresses: [InterfaceAddress] { [address] + [address6].compactMap { $0 } }

    /// What the provider gives for the hosts inside.
    var insidePrefix: Prefix? {
      guard case .v6(let high, _)? = address6?.address else { return nil }
      return Prefix(.v6(high: high | 0xa_0000_0000, low: 0), length: 64)
    }

    /// IPv6's is known by its link-local address, as advertisements have it.
    func gateway(_ family: Family) -> IPAddress {
      family == .ipv4 ? gateway : .v6(high: 0xfe80 << 48, low: 0xffff)
    }
  }

  private(set) var accesses: [Access]
  let policies: Policies

  /// Two to four links.
  init(_ policies: Policies, random: inout RandomSource) {
    self.policies = policies
    let isOneNetwork = Int.random(in: 0..<5, using: &random) == 0
    let isDual = Bool.random(using: &random)
    accesses = (1...Int.random(in: 2...4, using: &random)).map { number in
      // 10.N.0.2 by 10.N.0.1, or all in 192.168.1.0/24 by the same gateway.
      let network: UInt32 = isOneNetwork ? 0xc0a8_0100 : 0x0a00_0000 | UInt32(number) << 16
      let host = isOneNetwork ? UInt32(number) + 1 : 2
      let hasIPv6 = isDual && Int.random(in: 0..<4, using: &random) > 0
      let prefix: UInt64 = 0x2001_0db8_0000_0000 | UInt64(number)
      let isSystemAddressed = Bool.random(using: &random)
      return Access(
        interface: Self.name("wan\(number)"),
        address: InterfaceAddress(.v4(network | host), length: 24), gateway: .v4(network | 1),
        address6: hasIPv6 ? InterfaceAddress(.v6(high: prefix, low: 2), length: 64) : nil,
        isSystemAddressed: isSystemAddressed,
        tellsGateway: isSystemAddressed && Bool.random(using: &random))
    }
  }

  init(accesses: [Access]) {
    self.accesses = accesses
    policies = .plain
  }

  static let lan = name("lan0")

  static func name(_ text: String) -> InterfaceName {
    guard let name = InterfaceName(text) else { preconditionFailure("not a name: \(text)") }
    return name
  }

  func access(_ name: InterfaceName) -> Access? {
    accesses.first { $0.interface == name }
  }

  /// 10.100+N.M.2 by 10.100+N.M.1.
  mutating func renew(_ name: InterfaceName, to number: UInt8) {
    guard let place = accesses.firstIndex(where: { $0.interface == name }) else { return }
    let network = 0x0a64_0000 + UInt32(place) << 16 + UInt32(number) << 8
    accesses[place].address = InterfaceAddress(.v4(network | 2), length: 24)
    accesses[place].gateway = .v4(network | 1)
  }
}

// MARK: - Configurations

extension Site {
  func configuration(random: inout RandomSource) -> Configuration {
    var aside = random.aside
    var used = accesses
    if used.count > 2, Int.random(in: 0..<3, using: &random) == 0 {
      used.remove(at: Int.random(in: used.indices, using: &random))
    }
    if Bool.random(using: &random) { used.shuffle(using: &random) }
    let uplinks = used.map { uplink($0, random: &random) }
    let checks = [
      check("gateway", [.gateway], random: &random),
      check("far", Family.allCases.map { .address(FakeNetwork.farHost($0)) }, random: &random),
    ]
    var groups = [group("internet", .defaultV4, uplinks, random: &random)]
    if Int.random(in: 0..<3, using: &random) == 0 {
      let prefix = Prefix(.v4(0xcb00_7100), length: 24)
      groups.append(group("partner", prefix, uplinks.reversed(), random: &random))
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      let calls = TrafficMatch(transports: [6, 17], toPorts: [5_060...5_061])
      groups.append(group("calls", .defaultV4, uplinks.reversed(), for: calls, random: &random))
    }
    let dual = uplinks.filter { uplink in access(uplink.interface)?.address6 != nil }
    if !dual.isEmpty {
      groups.append(group("internet6", .defaultV6, dual, random: &random))
    }
    let applied = policies.applied(to: groups, aside: &aside)
    let kinds = policies.applied(to: checks, aside: &aside)
    let own = policies.ownChecks(aside: &aside)
    return Configuration(
      hooks: [Hook(["/usr/local/bin/told"])],
      uplinks: policies.applied(to: uplinks, judgedBy: (kinds + own).map(\.name), aside: &aside)
        .map { policies.applied(to: $0, of: self) },
      checks: kinds + own, groups: applied)
  }

  private func uplink(_ access: Access, random: inout RandomSource) -> Uplink {
    let families = access.addresses.map(\.family)
    return Uplink(
      name: UplinkName(access.interface.text.replacing("wan", with: "isp")),
      interface: access.interface,
      addresses: access.isSystemAddressed ? [] : access.addresses,
      gateways: access.tellsGateway ? [] : families.map(access.gateway),
      findsGateways: access.tellsGateway,
      resolvers: Family.allCases.map(FakeNetwork.farHost),
      nat: Bool.random(using: &random) ? .masquerade : .none,
      nat6: Bool.random(using: &random) ? .masquerade : .none)
  }

  private func check(
    _ name: CheckName, _ targets: [CheckTarget], random: inout RandomSource
  ) -> CheckDefinition {
    let every = [500, 1_000, 2_000, 4_000].randomElement(using: &random) ?? 0
    return CheckDefinition(
      name: name, kind: .ping, targets: targets, every: .milliseconds(every),
      timeout: .milliseconds([100, 500, 1_000, 2_000].randomElement(using: &random) ?? 0),
      fall: Int.random(in: 1...4, using: &random), rise: Int.random(in: 1...3, using: &random))
  }

  private func group(
    _ name: GroupName, _ destination: Prefix, _ uplinks: [Uplink], for match: TrafficMatch? = nil,
    random: inout RandomSource
  ) -> Group {
    var tier = 1
    let members = uplinks.enumerated().map { place, uplink in
      if place > 0, Int.random(in: 0..<3, using: &random) > 0 { tier += 1 }
      return Member(
        .uplink(uplink.name), tier: tier, weight: Int.random(in: 1...3, using: &random))
    }
    let judges: [Judge?] = [
      nil, .check("gateway"), .check("far"), .need(2, of: [.check("gateway"), .check("far")]),
      .need(1, of: [.check("gateway"), .check("far")]),
    ]
    return Group(
      name: name, holding: .route(destination), members: members,
      want: Int.random(in: 1...2, using: &random),
      judge: judges.randomElement(using: &random) ?? nil,
      failback: Int.random(in: 0..<3, using: &random) == 0 ? .manual : .auto, damping: nil,
      flows: Bool.random(using: &random) ? .move : .stay, match: match,
      lastResort: LastResort.allCases.randomElement(using: &random) ?? .main)
  }
}
