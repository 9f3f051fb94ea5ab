import Model

/// Rules say which traffic goes by which policy, the first that fits; a policy has members, each an
/// interface with a metric (the smallest that is online counts) and a weight.
extension MWAN3 {
  mutating func addRules() {
    var isTaken = PerFamily { _ in false }  // by a rule that takes all traffic
    for rule in sections where rule.type == "rule" {
      let families = families(of: rule)
      guard !families.allSatisfy({ isTaken[$0] }) else {
        leave(rule, "a rule before it takes all traffic")
        continue
      }
      guard let policy = policy(of: rule), let match = match(of: rule) else { continue }
      if match == TrafficMatch() {
        addWays(by: policy, table: Intent.main, families.filter { !isTaken[$0] })
        for family in families { isTaken[family] = true }
        if let resort = lastResort(of: policy), resort != .main {
          amend(
            policy, "last_resort",
            .differs("where nothing works, the system's own routes take the traffic"))
        }
      } else {
        select(rule, match, policy, families)
      }
      if rule.isOn("sticky", otherwise: false) {
        amend(
          rule, "sticky",
          .differs("a connection stays on its link, but a host's next one may take another"))
      }
    }
    for unused in sections where unused.type == "policy" {
      if !index.usedPolicies.contains(unused.name ?? "") { leave(unused, "no rule uses it") }
    }
  }

  private mutating func select(
    _ rule: UCIFile.Section, _ match: TrafficMatch, _ policy: UCIFile.Section, _ families: [Family]
  ) {
    let table = policy.name ?? ""
    addWays(by: policy, table: table, Family.allCases)
    let lastResort = lastResort(of: policy) ?? .unreachable
    intent.selections.append(
      Intent.Selection(
        name: rule.name, match: match, families: families, table: table,
        lastResort: lastResort, place: rule.place))
  }

  private func families(of rule: UCIFile.Section) -> [Family] {
    switch rule.option("family")?.value {
    case "ipv4": [.ipv4]
    case "ipv6": [.ipv6]
    default:
      ["src_ip", "dest_ip"].lazy.compactMap { rule.option($0) }
        .compactMap { Prefix(anyway: $0.value)?.family }.first.map { [$0] } ?? Family.allCases
    }
  }

  private mutating func policy(of rule: UCIFile.Section) -> UCIFile.Section? {
    guard let name = rule.option("use_policy")?.value else {
      leave(rule, "it names no policy")
      return nil
    }
    if let policy = index.policies[name] { return policy }
    leave(
      rule,
      ["default", "unreachable", "blackhole"].contains(name)
        ? "traffic that is kept off all links is the firewall's business"
        : "there is no policy `\(name.printable)`")
    return nil
  }

  private func lastResort(of policy: UCIFile.Section) -> LastResort? {
    switch policy.option("last_resort")?.value {
    case nil: nil
    case "default": .main
    case "blackhole": .blackhole
    default: .unreachable
    }
  }

  /// Each policy's once for each table.
  private mutating func addWays(
    by policy: UCIFile.Section, table: String, _ families: [Family]
  ) {
    for use in policy.values("use_member") {
      guard let member = index.members[use.value],
        let tracked = member.option("interface").flatMap({ index.trackedByName[$0.value] })
      else {
        report.amend(use.place, .left("there is no such member, or mwan3 knows not its interface"))
        continue
      }
      guard families.contains(tracked.family), tracked.mwan3.isOn("enabled", otherwise: true)
      else { continue }
      let device = device(of: tracked)
      guard added.insert("\(table) \(device) \(tracked.family)").inserted else { continue }
      intent.ways.append(
        Intent.Way(
          destination: .everything(tracked.family), table: table, interface: device,
          gateway: gateway(of: tracked), distance: member.number("metric") ?? 1,
          weight: min(max(member.number("weight") ?? 1, 1), 256),
          question: question(of: tracked), place: member.place))
    }
  }
}

// MARK: - Which traffic

extension MWAN3 {
  /// nil: what it asks for cannot be said here, which is told.
  private mutating func match(of rule: UCIFile.Section) -> TrafficMatch? {
    var match = TrafficMatch()
    for name in ["ipset", "src_iface"] where rule.option(name) != nil {
      leave(rule, "Siaga cannot tell traffic by `\(name)` yet")
      return nil
    }
    guard let from = prefixes(rule, "src_ip"), let to = prefixes(rule, "dest_ip"),
      let transports = transports(rule), let fromPorts = ports(rule, "src_port"),
      let toPorts = ports(rule, "dest_port")
    else { return nil }
    match.from = from
    match.to = to
    match.transports = transports
    match.fromPorts = fromPorts
    match.toPorts = toPorts
    let havePorts = !transports.isEmpty && transports.allSatisfy { $0 == 6 || $0 == 17 }
    if !havePorts, !(fromPorts + toPorts).isEmpty {
      leave(rule, "only TCP and UDP have ports; say `proto`")
      return nil
    }
    return match
  }

  private mutating func prefixes(_ rule: UCIFile.Section, _ name: String) -> [Prefix]? {
    var found: [Prefix] = []
    for text in (rule.option(name)?.value ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let prefix = Prefix(anyway: String(text)) else {
        leave(rule, "`\(name)` names no network")
        return nil
      }
      // Everything is no condition.
      if prefix.length > 0 { found.append(prefix) }
    }
    return found
  }

  private mutating func transports(_ rule: UCIFile.Section) -> [UInt8]? {
    let known: [String: UInt8] = ["tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "ipv6-icmp": 58]
    let text = rule.option("proto")?.value ?? "all"
    // Zero is any, as in OpenWrt's firewall.
    if ["all", "any", "ip", "0"].contains(text) { return [] }
    let found = text.split(separator: " ").map { word -> UInt8? in
      (known[word.lowercased()] ?? UInt8(word)).flatMap { $0 == 0 ? nil : $0 }
    }
    guard !found.contains(nil) else {
      leave(rule, "Siaga does not know the protocol `\(text.printable)`")
      return nil
    }
    return found.compactMap { $0 }
  }

  /// `80,443` and `1024:2048`, or `1024-2048`.
  private mutating func ports(
    _ rule: UCIFile.Section, _ name: String
  ) -> [ClosedRange<UInt16>]? {
    var found: [ClosedRange<UInt16>] = []
    for text in (rule.option(name)?.value ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
      let ends = text.split(whereSeparator: { $0 == ":" || $0 == "-" }).map { UInt16($0) }
      guard let low = ends.first ?? nil, let high = ends.last ?? nil, ends.count <= 2, low <= high
      else {
        leave(rule, "`\(name)` names no ports")
        return nil
      }
      found.append(low...high)
    }
    return found
  }
}

extension Prefix {
  /// A network, or a single address as a network of one.
  init?(anyway text: String) {
    if let address = InterfaceAddress(text) {
      self = address.network
    } else if let address = IPAddress(text) {
      self = .host(address)
    } else {
      return nil
    }
  }
}

extension String {
  /// Fit to stand in a message: short, and without what a terminal would obey.
  var printable: String {
    String(prefix(40).map { $0.isASCII && $0 >= " " && $0 != "\u{7f}" ? $0 : "?" })
  }
}
