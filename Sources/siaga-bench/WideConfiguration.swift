import Lab

/// Groups of many members over two hundred uplinks, the most that a file may have, as a
/// `WideNetwork` has them.
struct WideConfiguration {
  static let uplinks = 200
  static let groups = 50

  let members: Int  // of each group, one in each tier
  var isReversed = false  // the first group's

  static func destination(_ group: Int) -> String { "172.16.\(group).1" }

  /// A group's uplinks in the order of its tiers. Neighbouring groups share all but four.
  func uplinks(of group: Int) -> [Int] {
    let numbers = (0..<members).map { (group * Self.uplinks / Self.groups + $0) % Self.uplinks }
    return group == 0 && isReversed ? numbers.reversed() : numbers
  }

  var text: String {
    let uplinks = (0..<Self.uplinks).map { link in
      let net = WideNetwork.net(link)
      return "  u\(link): { interface: e\(link), address: \(net).2/24, gateway: \(net).1 }\n"
    }
    let groups = (0..<Self.groups).map { group in
      let tiers = self.uplinks(of: group).map { "[u\($0)]" }.joined(separator: ", ")
      return "  g\(group): { route: 172.16.\(group).0/24, tiers: [\(tiers)], check: gateway }\n"
    }
    return """
      damping: off
      marks: 0xff00
      uplinks:
      \(uplinks.joined())checks:
        gateway: { ping: gateway, every: 2s, timeout: 1s, fall: 2, rise: 1 }
      groups:
      \(groups.joined())
      """
  }
}
