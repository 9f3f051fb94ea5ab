import Model

extension Firewall {
  /// The nftables table as `nft -f` takes it: one transaction that replaces the table whole.
  ///
  /// - Flows are marked with the link that they leave by, or came in by. Once translated, a flow
  ///   belongs to the link whose address it has: after a switch its packets leave by another, with
  ///   the wrong address, and the mark is how it is found to be ended.
  /// - Reply packets get the mark of their flow back, so that they return by the link that the
  ///   flow came by; original packets only where flows stay, so that a switch moves them.
  /// - TCP of flows that were ended is refused with a reset, so that it starts anew at once
  ///   and does not hang where the far side drops what it does not know.
  /// - Addresses that nodes share may be for passing on alone: then nothing here is reached by them.
  public var ruleset: String {
    """
    table inet \(Ours.firewallTable)
    delete table inet \(Ours.firewallTable)
    table inet \(Ours.firewallTable) {
    \((markChains + hooks + gates).map { $0.text }.joined(separator: "\n"))
    }

    """
  }

  public static let removal = "delete table inet \(Ours.firewallTable)\n"

  private struct Chain {
    let name: String
    var hook: String?
    let rules: [String]

    var text: String {
      let lines = (hook.map { [$0] } ?? []) + rules
      return "  chain \(name) {\n" + lines.map { "    \($0)\n" }.joined() + "  }"
    }
  }

  /// For each link: a packet goes by it, and a flow belongs to it.
  private var markChains: [Chain] {
    links.flatMap { link in
      let bits = "& \(hex(~marks.mask)) | \(hex(link.mark))"
      return [
        Chain(name: link.packetChain, rules: ["meta mark set meta mark \(bits)"]),
        Chain(name: link.flowChain, rules: ["ct mark set ct mark \(bits)"]),
      ]
    }
  }

  private var gates: [Chain] {
    let drops = Family.allCases.compactMap { family -> String? in
      let addresses = refused.filter { $0.family == family }.map(\.description)
      guard !addresses.isEmpty else { return nil }
      let header = family == .ipv4 ? "ip" : "ip6"
      return "\(header) daddr { \(addresses.joined(separator: ", ")) } drop"
    }
    guard !drops.isEmpty else { return [] }
    let exceptions = [
      "iif \"lo\" accept", "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
    ]
    return [
      Chain(
        name: "input", hook: "type filter hook input priority filter; policy accept;",
        rules: exceptions + drops)
    ]
  }

  private var hooks: [Chain] {
    guard !links.isEmpty else { return [] }
    let entrances = links.flatMap { link in
      ([link.interface] + link.entrances).map { "\"\($0)\" : goto \(link.flowChain)" }
    }.joined(separator: ", ")
    return [
      Chain(
        name: "prerouting", hook: "type filter hook prerouting priority mangle; policy accept;",
        rules: ["ct state new iifname vmap { \(entrances) }"]
          + restoration),
      Chain(
        name: "output", hook: "type route hook output priority mangle; policy accept;",
        rules: restoration),
      Chain(
        name: "forward", hook: "type filter hook forward priority filter; policy accept;",
        rules: refusals + clamps),
      Chain(
        name: "postrouting", hook: "type filter hook postrouting priority mangle; policy accept;",
        rules: ["ct mark & \(hex(marks.mask)) == 0x00000000", "ct status & snat == 0x0"].map {
          "ct direction original \($0) "
            + "oifname vmap \(map { ("\"\($0.interface)\"", $0.flowChain) })"
        }),
      Chain(
        name: "nat", hook: "type nat hook postrouting priority srcnat; policy accept;",
        rules: links.flatMap(translations)),
    ]
  }

  /// One statement cannot combine packet and flow marks on older nft, hence the map.
  private var restoration: [String] {
    let all = map { (hex($0.mark), $0.packetChain) }
    let kept = map(of: links.filter(\.keepsFlows)) { (hex($0.mark), $0.packetChain) }
    let mark = "ct mark & \(hex(marks.mask)) vmap"
    return ["ct direction reply \(mark) \(all)"]
      + (links.contains(where: \.keepsFlows) ? ["ct direction original \(mark) \(kept)"] : [])
  }

  private var refusals: [String] {
    refusal("ipv4", links.filter { $0.nat != .none })
      + refusal("ipv6", links.filter { $0.nat6 != .none })
  }

  private func refusal(_ family: String, _ links: [Link]) -> [String] {
    guard !links.isEmpty else { return [] }
    let names = links.map { "\"\($0.interface)\"" }.joined(separator: ", ")
    return [
      "meta nfproto \(family) oifname { \(names) } ct state new "
        + "tcp flags & (syn | rst) == 0x0 reject with tcp reset"
    ]
  }

  /// `rt mtu` looks at the ways in both directions, so either end's announcement is cut. It knows the
  /// packet's own way; the way back it looks up by the address alone, and so finds the link that
  /// holds the default. What then slips past is told to hosts inside by this machine's own ICMP.
  private var clamps: [String] {
    let names = links.filter(\.clampsMSS).map { "\"\($0.interface)\"" }.joined(separator: ", ")
    guard !names.isEmpty else { return [] }
    return ["iifname", "oifname"].map {
      "\($0) { \(names) } tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu"
    }
  }

  private func translations(_ link: Link) -> [String] {
    let packet = "oifname \"\(link.interface)\""
    let ipv4: String? =
      switch link.nat {
      case .none: nil
      case .masquerade: "meta nfproto ipv4 \(packet) masquerade"
      case .source(let address): "meta nfproto ipv4 \(packet) snat ip to \(address)"
      }
    let ipv6: String? =
      switch link.nat6 {
      case .none: nil
      case .masquerade: "meta nfproto ipv6 \(packet) masquerade"
      // This machine's own addresses are good as they are.
      case .prefix(let prefix):
        "meta nfproto ipv6 \(packet) iif != 0 snat ip6 prefix to \(prefix)"
      }
    return [ipv4, ipv6].compactMap { $0 }
  }

  private func map(
    of some: [Link]? = nil, _ entry: (Link) -> (key: String, chain: String)
  ) -> String {
    let entries = (some ?? links).map(entry).map { "\($0.key) : goto \($0.chain)" }
    return "{ \(entries.joined(separator: ", ")) }"
  }

  private func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension Firewall.Link {
  // Numbered by mark: an uplink's name may hold what nft's names cannot.
  fileprivate var packetChain: String { "packet_by_\(String(mark, radix: 16))" }
  fileprivate var flowChain: String { "flow_by_\(String(mark, radix: 16))" }
}
