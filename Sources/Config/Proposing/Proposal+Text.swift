import Model

/// The proposal as a file for people to go on from: what is a guess says so, with what else could
/// stand there.
extension Proposal {
  public var text: String {
    let sections = [opening, ["uplinks:"] + exits.flatMap(lines) + maybeLines, checkLines]
    return (sections + [["groups:"] + routes.flatMap(lines)])
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var opening: [String] {
    let ways = exits.count == 1 ? "one way out" : "\(exits.count) ways out"
    return [
      "# Made by `siaga init` from what \(ConfigNode.text(machine.name).flow) has now: \(ways).",
      "# Read it, then: `siaga check FILE`, `siaga plan FILE` (changes nothing), `siaga run --config FILE`.",
      "# docs/config.md tells of every key.",
    ]
  }
}

// MARK: - Uplinks

extension Proposal {
  private func lines(of exit: Exit) -> [String] {
    let families = Family.allCases.filter { exit.ways[$0] != nil }
    let why = families.compactMap { family in exit.ways[family]?.place.sentence(family) }
    let body =
      ["interface: \(exit.link.name.text.yaml)"] + addressLines(of: exit) + gatewayLines(of: exit)
      + natLines(of: exit)
    return ["  # \(why.joined(separator: "; "))", "  \(exit.name.yaml):"]
      + body.map { "    \($0)" }
  }

  /// Only what is siaga's already is siaga's to set.
  private func addressLines(of exit: Exit) -> [String] {
    let own = exit.addresses.filter(\.isOurs)
    let others = exit.addresses.filter { !$0.isOurs }
    let fixed = others.filter { !$0.isLeased }
    var lines: [String] = []
    if !own.isEmpty { lines.append("address: \(own.written)  # siaga has set it") }
    lines += others.filter(\.isLeased).map {
      "# It has \($0.address) for as long as its lease or advertisement lasts."
    }
    if !fixed.isEmpty {
      let shown = fixed.map { "\($0.address)" }.spoken("and")
      lines.append("# It has \(shown), which the system sets; siaga leaves that alone.")
      if own.isEmpty { lines.append("# To have siaga set it instead: `address: \(fixed.written)`") }
    }
    return lines.isEmpty ? ["# It has no address now."] : lines
  }

  private func gatewayLines(of exit: Exit) -> [String] {
    let ways = Family.allCases.compactMap { exit.ways[$0] }
    let gateways = ways.compactMap(\.gateway)
    guard !gateways.isEmpty else {
      return ["# Its default route names no gateway, so none is needed."]
    }
    let fixed = ways.filter { !$0.mayChange }.compactMap(\.gateway)
    let told = ways.filter(\.mayChange).compactMap(\.gateway)
    // Beside a gateway, one that nobody names must be left to the system.
    let isOneMute = gateways.count < ways.count
    let words = fixed.map(\.description) + (told.isEmpty && !isOneMute ? [] : ["auto"])
    var remarks =
      told.isEmpty ? [] : ["now \(told.map { "\($0)" }.spoken("and")), as the system was told"]
    if !fixed.isEmpty {
      remarks.append("as the route has it; `auto` follows what the system knows")
    }
    let far = gateways.filter { !exit.reaches($0) }
    return ["gateway: \(words.written)  # \(remarks.joined(separator: "; "))"]
      + far.map { "# \($0) is outside its networks: siaga cannot route by it yet." }
  }

  private func natLines(of exit: Exit) -> [String] {
    var lines: [String] = []
    if exit.ways.ipv4 != nil {
      lines.append(
        machine.forwards.ipv4
          ? "nat: masquerade  # a guess, since this machine forwards; `none` where hosts keep theirs"
          : "# nat: masquerade  # for hosts behind this machine, which then forwards")
    }
    if exit.ways.ipv6 != nil, machine.forwards.ipv6 {
      lines.append("# nat6: masquerade  # so that hosts behind this machine can leave by any link")
    }
    return lines
  }

  private var maybeLines: [String] {
    guard !maybes.isEmpty else { return [] }
    return ["  # May lead out too; whatever does, put it into `tiers` as well:"]
      + maybes.map { link in
        let name = link.name.text.yaml
        let why =
          link.isPointToPoint
          ? "point-to-point\(tables(leadingBy: link))"
          : "its address is leased, and it has no default route: who is its gateway?"
        let gateway = link.isPointToPoint ? "" : ", gateway: auto"
        return "  # \(name): { interface: \(name)\(gateway) }  # \(why)"
      }
  }

  /// A default route for those whom rules send there: a VPN's, say.
  private func tables(leadingBy link: Link) -> String {
    let tables = Set(
      machine.kernel.foreignDefaults.filter { $0.leads(by: link.index) }.map(\.table))
    guard !tables.isEmpty else { return "" }
    let shown = tables.sorted().map { "\($0)" }.joined(separator: ", ")
    return
      "; rules may send packets to it by table \(shown), and siaga's (8000–8999) may come first"
  }
}

// MARK: - Checks and groups

extension Proposal {
  private static let far = "ping: [1.1.1.1, 9.9.9.9, \"2606:4700:4700::1111\", \"2620:fe::9\"]"
  private static let pace = "every: 1s, timeout: 1s, fall: 3, rise: 3"

  /// Whether all members have a gateway that can be asked.
  private func asksGateways(_ route: Route) -> Bool {
    route.tiers.joined().allSatisfy { name, _ in
      exits.first { $0.name == name }?.ways[route.family]?.gateway != nil
    }
  }

  private var checkLines: [String] {
    var lines = ["checks:"]
    if routes.contains(where: asksGateways) {
      let gateways = exits.flatMap { exit in
        Family.allCases.compactMap { exit.ways[$0]?.gateway }.map { gateway in
          gateway.isLinkLocal ? "\(gateway)%\(exit.link.name.text.yaml)" : "\(gateway)"
        }
      }
      lines += [
        "  # A guess: that gateways answer pings. One that never does would be taken for dead, so try:",
        "  # \(gateways.map { "`ping \($0)`" }.joined(separator: ", "))",
        "  gateway: { ping: gateway, \(Self.pace) }",
      ]
    }
    let isNeeded = !routes.allSatisfy(asksGateways)
    lines += [
      isNeeded
        ? "  # Hosts far out tell whether a link without a gateway works; others do as well."
        : "  # A gateway can answer while nothing behind it does. To ask hosts far out instead:",
      "  \(isNeeded ? "" : "# ")far: { \(Self.far), \(Self.pace) }",
    ]
    return lines
  }

  private func lines(of route: Route) -> [String] {
    let tiers = route.tiers.map { tier in
      tier.allSatisfy { $0.weight == 1 }
        ? "[\(tier.map(\.name.yaml).joined(separator: ", "))]"
        : "{ \(tier.map { "\($0.name.yaml): \($0.weight)" }.joined(separator: ", ")) }"
    }
    let isAlone = route.tiers.joined().count == 1
    return [
      "  \(route.family == .ipv4 ? "internet" : "internet6"):",
      "    route: \(route.family == .ipv4 ? "default" : "default6")",
      isAlone
        ? "    # One way out leaves nothing to fail over to: add an uplink, and a tier for it."
        : "    # In the order of their metrics: the first tier that works has it. In one tier they share.",
      "    tiers: [\(tiers.joined(separator: ", "))]",
      "    check: \(asksGateways(route) ? "gateway" : "far")",
      "    failback: auto  # at once; or `manual`, or `{ after: 60s }`",
    ]
  }
}

extension Machine.Default.Place {
  fileprivate func sentence(_ family: Family) -> String {
    switch self {
    case .main(let metric): "\(family.name): the system's default route of metric \(metric)"
    case .ours: "\(family.name): siaga routes by it"
    case .elsewhere(let table, _):
      "\(family.name): a guess, since table \(table) has a default route by it"
    }
  }
}

extension Proposal.Exit {
  /// The kernel takes a gateway only inside a network of the interface.
  fileprivate func reaches(_ gateway: IPAddress) -> Bool {
    link.isPointToPoint || gateway.isLinkLocal
      || addresses.contains { $0.address.network.contains(gateway) }
  }
}

extension [HeldAddress] {
  fileprivate var written: String { map { "\($0.address)" }.written }
}

extension [String] {
  /// One, or a list of them, as the file has it.
  fileprivate var written: String {
    let words = map(\.yaml)
    return words.count == 1 ? words[0] : "[\(words.joined(separator: ", "))]"
  }
}
