import CLinux

/// What the daemon may do; it needs no root, but these.
enum Capabilities {
  private static let needed: [(number: Int32, name: String, purpose: String)] = [
    (12, "CAP_NET_ADMIN", "change routes, rules and nftables"),
    (13, "CAP_NET_RAW", "probe by a given link"),
  ]

  /// A sentence about what is missing, nil when nothing is.
  static var missing: String? {
    let missing = needed.filter { siaga_is_capable($0.number) == 0 }
    guard !missing.isEmpty else { return nil }
    let list = missing.map { "\($0.name) (to \($0.purpose))" }.joined(separator: " and ")
    return "siaga needs \(list); run it as root, or by its systemd unit"
  }
}
