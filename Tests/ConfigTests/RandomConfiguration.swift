import Config
import Model

/// The same sequence for the same seed, on every machine (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) {
    state = UInt64(seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension Configuration {
  /// A valid configuration out of all that the file can say.
  static func random(seed: Int) -> Configuration {
    var random = Seeded(seed)
    let checks = (0..<Int.random(in: 0...4, using: &random)).map {
      CheckDefinition.random($0, &random)
    }
    let uplinks = (0..<Int.random(in: 1...6, using: &random)).map {
      Uplink.random($0, checks, &random)
    }
    let groups = (0..<Int.random(in: 1...4, using: &random)).map {
      Group.random($0, uplinks, checks, &random)
    }
    return Configuration(
      node: Bool.random(using: &random) ? "gw-1.example" : nil,
      marks: [.standard, MarkSpace(mask: 0xff), MarkSpace(mask: 0xf000_0000)]
        .randomElement(using: &random) ?? .standard,
      damping: .random(&random), hooks: .random(&random), uplinks: uplinks, checks: checks,
      bonds: (0..<Int.random(in: 0...2, using: &random)).map { Bond.random($0, checks, &random) },
      groups: groups)
  }
}

extension Uplink {
  fileprivate static func random(
    _ number: Int, _ checks: [CheckDefinition], _ random: inout Seeded
  ) -> Uplink {
    let names = ["eth0", "on", "null", "~", "a'b", "|", "#é", "-x", "1e3", "{", "&a", "%"]
    let network = UInt32(10 << 24 | number << 16)
    let hosts = (2..<Int.random(in: 2...5, using: &random)).map {
      InterfaceAddress(.v4(network + UInt32($0)), length: 24)
    }
    let network6 = Prefix(.v6(high: 0x2001_0db8_0000_0000 + UInt64(number), low: 0), length: 64)
    let hosts6 = [InterfaceAddress(.v6(high: network6.address.high, low: 2), length: 64)]
    let finds = Bool.random(using: &random)
    let nat: [NAT] = [.none, .masquerade, .source(.v4(network + 77))]
    let nat6: [NAT6] = [.none, .masquerade, .prefix(network6)]
    return Uplink(
      name: UplinkName(["isp", "null", "no", "010", "-"][number % 5] + "\(number)"),
      interface: InterfaceName(names[number] + "\(number)") ?? InterfaceName("lost")!,
      addresses: hosts + (Bool.random(using: &random) ? hosts6 : []),
      gateways: [.v4(network + 1)] + (finds ? [] : [.v6(high: 0xfe80 << 48, low: 1)]),
      findsGateways: finds,
      resolvers: [.v4(network + 53), .v6(high: 0xfd53 << 48, low: 1), .v4(0x0909_0909)]
        .shuffled(using: &random), nat: nat.randomElement(using: &random) ?? .none,
      nat6: nat6.randomElement(using: &random) ?? .none,
      clampsMSS: Bool.random(using: &random),
      budget: Bool.random(using: &random)
        ? ByteBudget(
          bytes: Int.random(in: 1...5_000, using: &random) * 1_000,
          per: ByteBudget.Period.allCases.randomElement(using: &random) ?? .day) : nil,
      judge: .random(checks, &random),
      lans: Bool.random(using: &random) ? [] : LAN.random(number, &random))
  }
}

extension LAN {
  fileprivate static func random(_ number: Int, _ random: inout Seeded) -> [LAN] {
    (1...Int.random(in: 1...2, using: &random)).map { place in
      let prefixes = (0..<Int.random(in: 1...2, using: &random)).map { count in
        let low = UInt64(number) << 16 | UInt64(place) << 8 | UInt64(count)
        return Prefix(.v6(high: 0x2001_0db8_0f00_0000 | low, low: 0), length: 64)
      }
      return LAN(interface: InterfaceName("br\(place)")!, prefixes: prefixes)
    }
  }
}

extension Bond {
  fileprivate static func random(
    _ number: Int, _ checks: [CheckDefinition], _ random: inout Seeded
  ) -> Bond {
    let names = ["null", "~", "wlan", "it's"].map { InterfaceName("\($0)\(number).p")! }
    let members = Array(names.prefix(Int.random(in: 1...4, using: &random)))
    let mode = Mode.allCases.randomElement(using: &random) ?? .activeBackup
    let network = UInt32(10 << 24 | (100 + number) << 16)
    let watchesByARP = BondOption.arpInterval.concerns(mode) && Bool.random(using: &random)
    let interval = Int.random(in: 10...10_000, using: &random)
    let options = BondOptions.random(in: mode, watchesByARP ? nil : interval, &random)
    return Bond(
      name: InterfaceName(["null", "bond1"][number])!, members: members,
      primary: mode.hasOneActive ? [nil, members[0]].randomElement(using: &random) ?? nil : nil,
      mode: mode,
      addresses: Bool.random(using: &random)
        ? [InterfaceAddress(.v4(network + 2), length: 24)] : [],
      gateways: [.v4(network + 1)], findsGateways: Bool.random(using: &random),
      resolvers: Bool.random(using: &random) ? [.v4(network + 1), .v4(0x0808_0808)] : [],
      mtu: [nil, 68, 65_535].randomElement(using: &random) ?? nil,
      carrierInterval: watchesByARP ? nil : .milliseconds(interval), options: options,
      judge: .random(checks.filter { $0.suitsPorts(in: mode) }, &random),
      failback: .random(&random), damping: .random(&random))
  }
}

extension BondOptions {
  /// - Parameter interval: of the watch over carriers, in milliseconds; nil: it is by ARP.
  fileprivate static func random(
    in mode: Bond.Mode, _ interval: Int?, _ random: inout Seeded
  ) -> BondOptions {
    var all: [(BondOption, Value)] = [
      (.minimumLinks, .number(1)), (.lacpRate, .number(1)), (.lacpActive, .number(0)),
      (.actorSystem, .hardware(HardwareAddress("02:00:00:00:00:01")!)),
      (.actorPriority, .number(7)), (.transmitHash, .number(5)), (.failOverMAC, .number(2)),
      (.peerNotices, .number(0)), (.resendIGMP, .number(255)), (.allPortsActive, .number(1)),
      (.learningInterval, .number(60)), (.packetsPerPort, .number(0)), (.usesCarrier, .number(0)),
      (.dynamicTransmit, .number(0)), (.aggregatorSelect, .number(2)), (.userPortKey, .number(9)),
    ]
    if let interval {
      all += [BondOption.upDelay, .downDelay].map { ($0, .number(UInt32(interval * 2))) }
    }
    var options = BondOptions()
    for (option, value) in all where option.concerns(mode) && Bool.random(using: &random) {
      options[option] = value
    }
    if interval == nil {
      options[.arpInterval] = .number(200)
      options[.arpTargets] = .addresses([.v4(0xc000_0201), .v4(0xc000_0202)])
      options[.neighborTargets] = .addresses([.v6(high: 0x2001_0db8 << 32, low: 1)])
      options[.arpValidate] = .number(3)
    }
    return options
  }
}

extension CheckDefinition {
  fileprivate func suitsPorts(in mode: Bond.Mode) -> Bool {
    switch kind {
    case .exec, .file, .wifi: true
    case .arp: mode.hasOneActive && targets.contains(.gateway)
    case .ping, .tcp, .dns: false
    }
  }
}

extension IPAddress {
  fileprivate var high: UInt64 {
    switch self {
    case .v4: 0
    case .v6(let high, _): high
    }
  }
}

extension CheckDefinition {
  fileprivate static func random(_ number: Int, _ random: inout Seeded) -> CheckDefinition {
    let some: [CheckTarget] = [
      .gateway, .address(.v4(0xc000_0201)), .address(.v6(high: 0x2001_0db8 << 32, low: 1)),
      .resolvers,
    ]
    let isMany = Bool.random(using: &random)
    let targets =
      isMany
      ? some.shuffled(using: &random) : [Bool.random(using: &random) ? .gateway : some[1]]
    // Mostly such that a window of an hour holds enough probes.
    let every = Int.random(
      in: 10...(Int.random(in: 0..<4, using: &random) == 0 ? 3_600_000 : 60_000), using: &random)
    let timeout = Int.random(in: 10...60_000, using: &random)
    let (kind, asked) = CheckKind.random(targets, &random)
    var isProgram = false
    if case .exec = kind { isProgram = true }
    return CheckDefinition(
      name: CheckName(number == 0 ? "gateway" : "internet.check.\(number)"),
      kind: kind, targets: asked, need: Int.random(in: 1...asked.count, using: &random),
      every: .milliseconds(isProgram ? max(every, timeout, 100) : every),
      timeout: .milliseconds(timeout),
      fall: Int.random(in: 1...100, using: &random),
      rise: Int.random(in: 1...100, using: &random),
      quality: Bool.random(using: &random)
        ? .random(every: isProgram ? max(every, timeout, 100) : every, timeout: timeout, &random)
        : nil)
  }
}

extension CheckKind {
  /// - Parameter hosts: for kinds that ask hosts.
  fileprivate static func random(
    _ hosts: [CheckTarget], _ random: inout Seeded
  ) -> (CheckKind, [CheckTarget]) {
    let name = try? DomainName(
      ["example.org", "null", "a.b-c.d_e", "."].randomElement(using: &random) ?? "x")
    let type = DNSRecordType.names.randomElement(using: &random)?.type ?? .a
    let port = UInt16.random(in: 1...65_535, using: &random)
    let words = ["-v", "null", "", " a b ", "\"'\n", "~", "é", "{x: y}"].shuffled(using: &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0:
      // Not among what every uplink has a network for.
      return (.arp, hosts.contains(.gateway) ? hosts : hosts + [.gateway])
    case 1: return (.tcp, hosts.compactMap(\.host).map { .port(port, of: $0) })
    case 2: return name.map { (.dns(DNSQuestion($0, type)), hosts) } ?? (.ping, hosts)
    case 3: return (.exec(arguments: words), [.path("/usr/bin/checks a link")])
    case 4: return (.file, [.path("/run/one: 1"), .path("/run/ two")])
    case 5: return (.wifi(atLeast: Int.random(in: -100 ... -10, using: &random)), [.radio])
    default: return (.ping, hosts)
    }
  }
}

extension Quality {
  /// Nil when a probe is too rare for any window. All in milliseconds.
  fileprivate static func random(
    every: Int, timeout: Int, _ random: inout Seeded
  ) -> Quality? {
    let windows = (max(1_000, 5 * every), min(3_600_000, 4_000 * every))
    guard windows.0 <= windows.1 else { return nil }
    let down = Int.random(in: 1...100, using: &random)
    let loss = Limit(down: Percent(down), up: Percent(Int.random(in: 0..<down, using: &random)))
    func limit() -> Limit<Duration>? {
      let down = Int.random(in: 2..<timeout, using: &random)
      let up = Int.random(in: 1..<down, using: &random)
      return Bool.random(using: &random)
        ? Limit(down: .milliseconds(down), up: .milliseconds(up)) : nil
    }
    let (latency, jitter) = (limit(), limit())
    let hasLoss = Bool.random(using: &random) || (latency == nil && jitter == nil)
    return Quality(
      window: .milliseconds(Int.random(in: windows.0...windows.1, using: &random)),
      loss: hasLoss ? loss : nil, latency: latency, jitter: jitter)
  }
}

extension Group {
  fileprivate static func random(
    _ number: Int, _ uplinks: [Uplink], _ checks: [CheckDefinition], _ random: inout Seeded
  ) -> Group {
    var tier = 1
    let members = uplinks.shuffled(using: &random)
      .prefix(Int.random(in: 1...uplinks.count, using: &random)).enumerated().map {
        position, uplink in
        if position > 0, Bool.random(using: &random) { tier += 1 }
        return Member(
          .uplink(uplink.name), tier: tier, weight: Int.random(in: 1...3, using: &random))
      }
    let judge = Judge?.random(checks, &random)
    let route =
      number == 0
      ? Prefix.defaultV4
      : number == 1 && judge == nil
        ? .defaultV6 : Prefix(.v4(UInt32(172 << 24 | number << 8)), length: 24)
    return Group(
      name: GroupName("group.\(number)"), holding: .route(route), members: members,
      want: Int.random(in: 1...members.count, using: &random),
      judge: judge, failback: .random(&random), damping: .random(&random),
      flows: FlowRules(failover: .random(&random), failback: .random(&random)),
      match: .random(number, route.family, &random),
      lastResort: LastResort.allCases.randomElement(using: &random) ?? .main,
      hooks: .random(&random))
  }
}

extension Failback {
  fileprivate static func random(_ random: inout Seeded) -> Failback {
    let window = DailyWindow(
      from: Int.random(in: 0..<1_440, using: &random),
      to: Int.random(in: 0..<1_440, using: &random))
    let delayed = Failback.delayed(
      after: .milliseconds(Int.random(in: 0...86_400_000, using: &random)),
      between: Bool.random(using: &random) ? window : nil)
    return [.auto, .manual, delayed].randomElement(using: &random) ?? .auto
  }
}

extension Damping? {
  fileprivate static func random(_ random: inout Seeded) -> Damping? {
    let base = Int.random(in: 1_000...86_400_000, using: &random)
    let damping = Damping(
      base: .milliseconds(base),
      max: .milliseconds(Int.random(in: base...86_400_000, using: &random)),
      forget: .milliseconds(Int.random(in: 1_000...86_400_000, using: &random)))
    return [nil, .standard, damping].randomElement(using: &random) ?? nil
  }
}

extension Judge? {
  fileprivate static func random(
    _ checks: [CheckDefinition], _ random: inout Seeded
  ) -> Judge? {
    guard !checks.isEmpty, Bool.random(using: &random) else { return nil }
    var left = 16
    return Judge.random(checks.map(\.name), depth: 4, &left, &random)
  }
}

extension Judge {
  /// - Parameters:
  ///   - depth: how many lists may yet stand one inside the other.
  ///   - left: how many checks may yet be asked.
  fileprivate static func random(
    _ names: [CheckName], depth: Int, _ left: inout Int, _ random: inout Seeded
  ) -> Judge {
    let width = Int.random(in: 1...4, using: &random)
    var unused = names.shuffled(using: &random)
    var judges: [Judge] = []
    while judges.count < width, left > 0 {
      if depth > 1, Int.random(in: 0..<3, using: &random) == 0 {
        let inner = Judge.random(names, depth: depth - 1, &left, &random)
        unused.removeAll { inner == .check($0) }
        if !judges.contains(inner) { judges.append(inner) }
      } else if let name = unused.popLast() {
        judges.append(.check(name))
        left -= 1
      } else {
        break
      }
    }
    return judges.count == 1
      ? judges[0] : .need(Int.random(in: 1...judges.count, using: &random), of: judges)
  }
}

extension FlowPolicy {
  fileprivate static func random(_ random: inout Seeded) -> FlowPolicy {
    allCases.randomElement(using: &random) ?? .move
  }
}

extension TrafficMatch? {
  fileprivate static func random(
    _ number: Int, _ family: Family, _ random: inout Seeded
  ) -> TrafficMatch? {
    guard Bool.random(using: &random) else { return nil }
    let host: [Prefix] =
      family == .ipv4
      ? [.host(.v4(0xc0a8_0205)), Prefix(.v4(0xc0a8_0300), length: 24)]
      : [Prefix(.v6(high: 0xfd00 << 48, low: 0), length: 64)]
    let first = UInt16(number * 100 + 1)
    return TrafficMatch(
      incoming: Bool.random(using: &random) ? InterfaceName("lan\(number)") : nil,
      from: Bool.random(using: &random) ? host : [],
      to: Bool.random(using: &random) ? [host[0]] : [],
      transports: [6, 17, 136], fromPorts: Bool.random(using: &random) ? [first...first] : [],
      toPorts: [first...first + 7, 65_535...65_535],
      mark: Bool.random(using: &random) ? Selector.Mark(0x10000, mask: 0xf0000) : nil)
  }
}

extension [Hook] {
  fileprivate static func random(_ random: inout Seeded) -> [Hook] {
    let words = ["", "-x", "~", "null", "two words", "it's \"#\": {odd}", "é\n"]
    return (0..<Int.random(in: 0...8, using: &random)).map { number in
      let program = ["/usr/local/bin/told", "/opt/a b/c"][number % 2]
      let limit = Int.random(in: 100...600_000, using: &random)
      return Hook(
        [program] + words.prefix(Int.random(in: 0...words.count, using: &random)),
        timeLimit: Bool.random(using: &random) ? .milliseconds(limit) : Hook.standardTimeLimit)
    }
  }
}
