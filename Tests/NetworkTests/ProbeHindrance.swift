import Lab

/// How this machine keeps isp1's probes in, and lets them out again.
struct ProbeHindrance: Sendable {
  let error: String
  let remedy: String
  let put: @Sendable (Namespace) throws -> Void
  let taken: @Sendable (Namespace) throws -> Void

  /// Those that the kernel tells the kind of socket of. What it drops without a word is lost as on
  /// the way: a first packet of TCP that a firewall drops, or rejects in IPv6.
  static func all(for kind: ProbeKind) -> [ProbeHindrance] {
    switch (kind.check, kind.isIPv6) {
    case (.arp, false): [fullQueue]
    case (.arp, true): [dropped, rejected("EPERM")]  // what all on the link hear asks no rule
    case (.ping, false), (.dns, false): [dropped, rejected("EPERM")]
    case (.ping, true), (.dns, true): [dropped, rejected("EPERM")] + rules
    case (.tcp, false):
      [rejected("ECONNREFUSED"), rejected("EHOSTUNREACH", by: "icmp type admin-prohibited")]
    case (.tcp, true): rules
    }
  }

  private static let dropped = firewall("EPERM", "drop")

  private static func rejected(_ error: String, by words: String? = nil) -> ProbeHindrance {
    firewall(error, "reject" + (words.map { " with \($0)" } ?? ""))
  }

  private static func firewall(_ error: String, _ verdict: String) -> ProbeHindrance {
    ProbeHindrance(
      error: error, remedy: "firewall",
      put: { gateway in
        try gateway.nft(
          """
          table inet hindrance {
            chain out { type filter hook output priority 0; oifname "ether1" \(verdict); }
          }
          """)
      }, taken: { try $0.nft("delete table inet hindrance") })
  }

  private static let rules = [
    ("ENETUNREACH", "unreachable"), ("EACCES", "prohibit"), ("EINVAL", "blackhole"),
  ].map { error, verdict in
    ProbeHindrance(
      error: error, remedy: "See `ip rule`",
      put: { try $0.ip6("rule add pref 1 oif ether1 \(verdict)") },
      taken: { try $0.ip6("rule del pref 1") })
  }

  private static let fullQueue = ProbeHindrance(
    error: "ENOBUFS", remedy: "the link's queue is full",
    put: { try $0.tc("qdisc add dev ether1 root tbf rate 8kbit burst 10 limit 10") },
    taken: { try $0.tc("qdisc del dev ether1 root") })
}

extension Namespace {
  fileprivate func tc(_ line: String) throws {
    try Command.run("tc", "-n", name, list: line.split(separator: " ").map { String($0) })
  }
}
