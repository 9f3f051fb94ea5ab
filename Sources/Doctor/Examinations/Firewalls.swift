import Model

extension Examination {
  static let ofFirewalls = [forwardingDropped, answersDropped, translationFirst]

  private static let forwardingDropped = Examination(
    "forwarding-dropped", sign: "Another firewall drops by policy what this machine forwards",
    why: "hosts inside come to no link at all: both ways out are closed to them"
  ) { patient in
    guard patient.forwards(.ipv4) || patient.forwards(.ipv6) else { return [] }
    return patient.dropping("forward").compactMap { chain, rules in
      guard patient.forwards(chain) else { return nil }
      let opens = rules.contains { $0.accepts && ($0.reach == .all || $0.reach == .some) }
      return Complaint(
        "chain \(chain.text) drops what is forwarded"
          + (opens
            ? " but for what its rules accept" : ", and no rule of it lets anything new pass"),
        remedy: patient.openForwarding(chain), opens ? .advice : .problem)
    }
  }

  private static let answersDropped = Examination(
    "answers-dropped", sign: "Another firewall drops by policy what comes in, answers too",
    why: "answers to probes are among it, so every link is found down"
  ) { patient in
    patient.dropping("input").compactMap { chain, rules in
      let accepted = rules.filter(\.accepts).map(\.reach)
      guard !accepted.contains(.answers), !accepted.contains(.all) else { return nil }
      return Complaint(
        "chain \(chain.text) drops what comes in, and accepts no answers to this machine's packets",
        remedy: "nft insert rule \(chain.text) ct state established,related accept",
        accepted.contains(.icmp) ? .advice : nil)  // it may let answers to pings in
    }
  }

  /// Ours stands at srcnat, too; of one priority the older chain goes first.
  private static let ourPriority = 100

  private static let translationFirst = Examination(
    "translation-first", .advice,
    sign: "Another firewall's translation comes before `nat: ADDRESS` of ours",
    why: "the first translation wins, so packets may leave with another address than the file says"
  ) { patient in
    guard
      let uplink = patient.uplinks.first(where: {
        if case .source = $0.nat { true } else { false }
      })
    else { return [] }
    let chains = patient.facts.chains ?? []
    return chains.filter {
      !$0.isOurs && $0.hook == "postrouting" && $0.priority <= ourPriority && $0.family != "ip6"
        && chains.reachable(from: $0).contains(where: \.translates)
    }.map { chain in
      Complaint(
        "chain \(chain.text) may translate what leaves by \(uplink.name) before siaga does",
        remedy: "nft insert rule \(chain.text) oifname \(uplink.interface) accept")
    }
  }
}

extension Patient {
  /// Others' chains at this hook that drop by policy, with all rules that packets may come to.
  fileprivate func dropping(_ hook: String) -> [(FirewallChain, [FirewallRule])] {
    let chains = facts.chains ?? []
    return chains.filter { !$0.isOurs && $0.hook == hook && $0.drops }.map {
      ($0, chains.reachable(from: $0))
    }
  }

  fileprivate func forwards(_ chain: FirewallChain) -> Bool {
    switch chain.family {
    case "ip": forwards(.ipv4)
    case "ip6": forwards(.ipv6)
    default: true
    }
  }

  fileprivate func openForwarding(_ chain: FirewallChain) -> String {
    let names = (facts.chains ?? []).filter { $0.family == chain.family && $0.table == chain.table }
      .map(\.name)
    if names.contains(where: { $0.hasPrefix("ufw") }) { return "ufw default allow routed" }
    let outer = Set(uplinks.map(\.interface))
    let lan = facts.kernel?.addresses.lazy.compactMap { self.name($0.interface) }
      .first { $0.text != "lo" && !outer.contains($0) }
    if names.contains("DOCKER-USER") {
      let inside = lan?.text ?? "LAN"
      return
        "iptables -I DOCKER-USER -i \(inside) -j ACCEPT && iptables -I DOCKER-USER -o \(inside) "
        + "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    }
    guard let lan else { return "nft insert rule \(chain.text) accept" }
    return "nft insert rule \(chain.text) iifname \(lan) accept && nft insert rule \(chain.text) "
      + "oifname \(lan) ct state established,related accept"
  }
}
