import Model

/// What our nftables table does with packets that leave by an interface, as `nft list` prints it.
struct OwnTable {
  private let lines: [Substring]

  init(_ listing: String) {
    lines = listing.split(separator: "\n")
  }

  /// Of the chain that its flows go through.
  func mark(of interface: String) -> String? {
    let word = "\"\(interface)\" : goto flow_by_"
    for line in lines {
      guard let found = line.firstRange(of: word) else { continue }
      return "0x" + line[found.upperBound...].prefix { $0.isHexDigit }
    }
    return nil
  }

  /// `masquerade: the interface's own`, `10.10.1.2`
  func translation(of interface: String, _ family: Family) -> String? {
    let line = lines.first { line in
      line.contains("nfproto \(family)") && line.contains("oifname \"\(interface)\"")
        && (line.contains("masquerade") || line.contains("snat"))
    }
    guard let line else { return nil }
    if line.contains("masquerade") { return "that of \(interface) (masquerade)" }
    let target = line.split(separator: " ").last.map { String($0) } ?? "another"
    return line.contains("prefix") ? "its prefix becomes \(target)" : "\(target) (snat)"
  }
}
