import Config
import Engine
import Model

/// A machine's place in the world: its links, and the configurations that fit them.
struct Site: Sendable {
  struct Access: Sendable {
    let interface: InterfaceName
    let address: InterfaceAddress
    let gateway: IPAddress
    let isSystemAddressed: Bool  // by DHCP, say; else Siaga sets the address
  }

  let accesses: [Access]

  /// Two to four links.
  init(random: inout RandomSource) {
    let isOneNetwork = Int.random(in: 0..<5, using: &random) == 0
    accesses = (1...Int.random(in: 2...4, using: &random)).map { number in
      // 10.N.0.2 by 10.N.0.1, or all in 192.168.1.0/24 by the same gateway.
      let network: UInt32 = isOneNetwork ? 0xc0a8_0100 : 0x0a00_0000 | UInt32(number) << 16
      let host = isOneNetwork ? UInt32(number) + 1 : 2
      return Access(
        interface: Self.name("wan\(number)"),
        address: InterfaceAddress(.v4(network | host), length: 24), gateway: .v4(network | 1),
        isSystemAddressed: Bool.random(using: &random))
    }
  }

  static func name(_ text: String) -> InterfaceName {
    guard let name = InterfaceName(text) else { preconditionFailure("not a name: \(text)") }
    return name
  }

  func access(_ name: InterfaceName) -> Access? {
    accesses.first { $0.interface == name }
  }
}

// MARK: - Configurations

extension Site {
  func configuration(random: inout RandomSource) -> Configuration {
    var used = accesses
    if used.count > 2, Int.random(in: 0..<3, using: &random) == 0 {
      used.remove(at: Int.random(in: used.indices, using: &random))
    }
    if Bool.random(using: &random) { used.shuffle(using: &random) }
    let uplinks = used.map { access in
      Uplink(
        name: UplinkName(access.interface.text.replacing("wan", with: "isp")),
        interface: access.interface,
        addresses: access.isSystemAddressed ? [] : [access.address], gateways: [access.gateway],
        nat: Bool.random(using: &random) ? .masquerade : .none)
    }
    let checks = [
      check("gateway", .gateway, random: &random),
      check("far", .address(FakeNetwork.farHost), random: &random),
    ]
    var groups = [group("internet", .defaultV4, uplinks, random: &random)]
    if Int.random(in: 0..<3, using: &random) == 0 {
      let prefix = Prefix(.v4(0xcb00_7100), length: 24)
      groups.append(group("partner", prefix, uplinks.reversed(), random: &random))
    }
    return Configuration(uplinks: uplinks, checks: checks, groups: groups)
  }

  private func check(
    _ name: CheckName, _ target: CheckTarget, random: inout RandomSource
  ) -> CheckDefinition {
    let every = [500, 1_000, 2_000, 4_000].randomElement(using: &random) ?? 0
    return CheckDefinition(
      name: name, kind: .ping(target), every: .milliseconds(every),
      timeout: .milliseconds([100, 500, 1_000, 2_000].randomElement(using: &random) ?? 0),
      fall: Int.random(in: 1...4, using: &random), rise: Int.random(in: 1...3, using: &random))
  }

  private func group(
    _ name: GroupName, _ destination: Prefix, _ uplinks: [Uplink], random: inout RandomSource
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
      failback: Int.random(in: 0..<3, using: &random) == 0 ? .manual : .auto,
      flows: Bool.random(using: &random) ? .move : .stay)
  }
}
