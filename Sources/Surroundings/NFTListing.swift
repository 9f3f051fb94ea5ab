import Doctor

/// What `nft -j list ruleset` prints (libnftables-json(5)), as far as it is judged.
struct NFTListing: Decodable {
  private struct Root: Decodable {
    let nftables: [JSONValue]
  }

  let chains: [FirewallChain]

  init(from decoder: any Decoder) throws {
    let entries = try Root(from: decoder).nftables
    var chains = entries.compactMap { $0["chain"] }.map(FirewallChain.init(json:))
    for rule in entries.compactMap({ $0["rule"] }) {
      guard
        let place = chains.firstIndex(where: {
          $0.family == rule["family"]?.text && $0.table == rule["table"]?.text
            && $0.name == rule["chain"]?.text
        })
      else { continue }
      chains[place].rules.append(FirewallRule(json: rule["expr"]?.list ?? []))
    }
    self.chains = chains
  }
}

extension FirewallChain {
  fileprivate init(json: JSONValue) {
    self.init(
      family: json["family"]?.text ?? "", table: json["table"]?.text ?? "",
      name: json["name"]?.text ?? "", hook: json["hook"]?.text,
      priority: json["prio"]?.number ?? 0, drops: json["policy"]?.text == "drop")
  }
}

extension FirewallRule {
  fileprivate init(json statements: [JSONValue]) {
    self.init()
    for statement in statements {
      if statement.hasKey("accept") { accepts = true }
      for verb in ["jump", "goto"] {
        if let target = statement[verb]?["target"]?.text { jumps.append(target) }
      }
      if statement.hasKey("masquerade") || statement.hasKey("snat") { translates = true }
      if let match = statement["match"] { take(match) }
      if let map = statement["vmap"] { take(map: map) }
      if let mangle = statement["mangle"] { take(mangle: mangle) }
      // iptables' own extensions, of which nft tells the name alone.
      switch statement["xt"]?["name"]?.text {
      case "conntrack", "state": reach = .answers
      case "icmp", "icmp6": narrow(to: .icmp)
      case "MASQUERADE", "SNAT", "NETMAP": translates = true
      default: break
      }
    }
  }

  private mutating func take(_ match: JSONValue) {
    let left = match["left"]
    let words = match["right"]?.words ?? []
    if left?.isFlowState == true || left?["&"]?.list?.first?.isFlowState == true {
      if !words.contains("new") { reach = .answers }
    } else if let payload = left?["payload"]?["protocol"]?.text {
      narrow(to: payload.hasPrefix("icmp") ? .icmp : .some)
    } else if let key = left?["meta"]?["key"]?.text {
      let isLink = ["iif", "iifname", "oif", "oifname", "nfproto"].contains(key)
      guard !isLink || words == ["lo"] else { return }
      narrow(to: key == "l4proto" && words.contains { $0.contains("icmp") } ? .icmp : .some)
    }
  }

  /// `ct state vmap { established : accept, invalid : drop }`
  private mutating func take(map: JSONValue) {
    // One with a name of its own may say anything.
    guard let entries = map["data"]?["set"]?.list else { return accepts = true }
    for entry in entries {
      guard let pair = entry.list, pair.count == 2 else { continue }
      for verb in ["jump", "goto"] {
        if let target = pair[1][verb]?["target"]?.text { jumps.append(target) }
      }
      guard pair[1].hasKey("accept") else { continue }
      accepts = true
      if map["key"]?.isFlowState == true, pair[0].words != ["new"] { reach = .answers }
    }
  }

  private mutating func narrow(to narrower: Reach) {
    switch (reach, narrower) {
    case (.all, _), (.some, .icmp): reach = narrower
    case (.some, _), (.answers, _), (.icmp, _): break
    }
  }

  private mutating func take(mangle: JSONValue) {
    let key = mangle["key"]
    guard key?["meta"]?["key"]?.text == "mark" || key?["ct"]?["key"]?.text == "mark",
      let value = mangle["value"]
    else { return }
    marks.append(FirewallMark(json: value))
  }
}

extension FirewallMark {
  /// The value that is set: a number, or an old mark with some of its bits changed.
  fileprivate init(json value: JSONValue) {
    let (written, bits) = Self.written(value)
    self.init(written: written, value: bits)
  }

  private static func written(_ value: JSONValue) -> (UInt32, UInt32?) {
    if let number = value.bits { return (.max, number) }
    for sign in ["&", "|", "^"] {
      guard let parts = value[sign]?.list, parts.count == 2, let bits = parts[1].bits else {
        continue
      }
      guard sign != "&" else { return (~bits, 0) }
      let kept = parts[0]["&"]?.list?.last?.bits ?? .max
      return (~kept | bits, bits)
    }
    return (.max, nil)
  }
}

extension JSONValue {
  fileprivate var isFlowState: Bool { self["ct"]?["key"]?.text == "state" }

  /// Whether it is there; its value may be null.
  fileprivate func hasKey(_ key: String) -> Bool { self[key] != nil }
}
