import Config
import Engine
import Model
import Testing

/// Random groups move at random: what ends is held against the rules and routes themselves.
struct FlowSharePropertyTests {
  private static let networks = [
    Prefix(IPAddress("203.0.113.0")!, length: 24), Prefix(IPAddress("203.0.0.0")!, length: 16),
    Prefix(IPAddress("10.0.0.0")!, length: 8), Prefix.defaultV4,
  ]
  private static let interfaces = ["lan", "guests"].map { InterfaceName($0) }

  private static func match(_ random: inout RandomSource, isPlain: Bool) -> TrafficMatch {
    func maybe<Value>(_ values: [Value]) -> [Value] {
      Int.random(in: 0..<3, using: &random) == 0
        ? values.filter { _ in Bool.random(using: &random) } : []
    }
    var match = TrafficMatch(
      from: maybe([Prefix(IPAddress("192.168.1.0")!, length: 24)]), to: maybe(Self.networks),
      transports: maybe([6, 17]), toPorts: maybe([53...53, 400...6_000]))
    if !match.toPorts.isEmpty, match.transports.isEmpty { match.transports = [6, 17] }
    guard !isPlain else { return match }
    match.incoming = maybe(Self.interfaces).first ?? nil
    match.mark = maybe([Selector.Mark(1)]).first
    return match
  }

  private static func groups(_ random: inout RandomSource, isPlain: Bool) -> [Group] {
    (1...Int.random(in: 2...4, using: &random)).map { number in
      FlowShareTests.group(
        "group\(number)", to: Self.networks.randomElement(using: &random) ?? .defaultV4,
        match: Bool.random(using: &random) ? match(&random, isPlain: isPlain) : nil,
        flows: Int.random(in: 0..<4, using: &random) == 0 ? .drain : .move)
    }
  }

  /// What a packet says, and what of it the kernel still knows of its flow.
  private static func flow(_ random: inout RandomSource) -> (packet: Selector, known: Selector) {
    let transport: UInt8 = [1, 6, 17].randomElement(using: &random) ?? 1
    let targets = [
      "203.0.113.10", "203.0.7.1", "10.10.1.9", "10.20.1.9", "10.9.9.9", "198.51.100.1",
    ]
    let known = FlowShareTests.flow(
      transport, from: Bool.random(using: &random) ? "192.168.1.10" : "192.168.2.10",
      to: targets.randomElement(using: &random) ?? "203.0.113.10",
      transport == 1 ? nil : [53, 443, 5_060].randomElement(using: &random))
    var packet = known
    packet.incoming = interfaces.randomElement(using: &random) ?? nil
    packet.mark = Selector.Mark(UInt32.random(in: 0...1, using: &random))
    return (packet, known)
  }

  /// Which group's table such a packet gets its way from, and by which link; nil: by none.
  private static func way(
    of packet: Selector, _ rig: Rig
  ) -> (table: UInt32, link: InterfaceIndex)? {
    // What main knows better than by a default.
    let onLink = rig.engine.observed.addresses.contains {
      $0.address.network.contains(packet.to?.address ?? .any(.ipv4))
    }
    guard !onLink else { return nil }
    for rule in rig.engine.observed.rules.sorted(by: { $0.priority < $1.priority })
    where rule.priority >= Ours.Priority.group(0) && rule.selector.contains(packet) {
      let routes = rig.engine.observed.routes(in: rule.table)
      let fitting = routes.first { $0.destination.contains(packet.to?.address ?? .any(.ipv4)) }
      if let hop = fitting?.hops.first { return (rule.table, hop.interface) }
    }
    return nil
  }

  @Test(arguments: UInt64(1)...60)
  func `only flows end that have lost their way, and all that are known to`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let isPlain = seed.isMultiple(of: 2)
    let groups = Self.groups(&random, isPlain: isPlain)
    var rig = FlowShareTests.rig(groups)
    let flows = (0..<150).map { _ in Self.flow(&random) }
    for _ in 0..<12 {
      let before = flows.map { Self.way(of: $0.packet, rig) }
      let group = try #require(groups.randomElement(using: &random))
      let member = Bool.random(using: &random) ? Rig.isp1 : Rig.isp2
      try rig.order(.pin(group.name, member, isHard: false))
      let sweeps = Rig.sweeps(rig.takeEffects())
      for (flow, before) in zip(flows, before) {
        let after = Self.way(of: flow.packet, rig)
        for sweep in sweeps where sweep.share?.includes(flow.known) ?? true {
          let left = Self.link(of: sweep.mark)
          #expect(after?.link != left, "seed \(seed): \(group.name) ends \(flow.packet.text)")
          guard let after, let other = Self.group(after.table, groups, rig) else { continue }
          let member = left == Rig.ether1 ? Rig.isp1 : Rig.isp2
          #expect(
            other.name == group.name || !other.keepsFlows(of: member),
            "seed \(seed): \(group.name) ends \(flow.packet.text), which may stay")
        }
        guard isPlain, let before, let after, before.table == after.table,
          before.link != after.link, group.flows == .move
        else { continue }
        let isEnded = sweeps.contains {
          Self.link(of: $0.mark) == before.link && $0.share?.includes(flow.known) ?? true
        }
        #expect(isEnded, "seed \(seed): \(group.name) leaves \(flow.packet.text) behind")
      }
    }
  }

  private static func link(of mark: UInt32) -> InterfaceIndex {
    mark == 0x100 ? Rig.ether1 : Rig.ether2
  }

  private static func group(_ table: UInt32, _ groups: [Group], _ rig: Rig) -> Group? {
    groups.enumerated().first { Ours.table(group: $0.offset) == table }?.element
  }
}
