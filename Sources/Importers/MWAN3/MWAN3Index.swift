import Model

/// Which section is whose, looked up once: files may be long.
struct MWAN3Index: Sendable {
  /// An interface that mwan3 watches, and what the network's file says of it.
  struct Tracked: Sendable {
    let name: String
    let mwan3: UCIFile.Section
    let network: UCIFile.Section?
    let family: Family
  }

  let tracked: [Tracked]  // in the order of the file
  let trackedByName: [String: Tracked]
  let members: [String: UCIFile.Section]
  let policies: [String: UCIFile.Section]
  let usedPolicies: Set<String>
  let masqueraded: Set<String>?  // networks of zones; nil: no file of the firewall was given
  let clamped: Set<String>

  init(_ sections: [UCIFile.Section]) {
    let byType = Dictionary(grouping: sections, by: \.type)
    let interfaces = byType["interface"] ?? []
    let networks = Self.byName(interfaces.filter(\.isOfNetwork))
    tracked = interfaces.filter { !$0.isOfNetwork }.compactMap { section in
      guard let name = section.name else { return nil }
      return Tracked(
        name: name, mwan3: section, network: networks[name],
        family: section.option("family")?.value == "ipv6" ? .ipv6 : .ipv4)
    }
    trackedByName = Dictionary(tracked.map { ($0.name, $0) }) { _, last in last }
    members = Self.byName(byType["member"] ?? [])
    policies = Self.byName(byType["policy"] ?? [])
    usedPolicies = Set((byType["rule"] ?? []).compactMap { $0.option("use_policy")?.value })
    let zones = byType["zone"] ?? []
    masqueraded = zones.isEmpty ? nil : Self.networks(of: zones, with: "masq")
    clamped = Self.networks(of: zones, with: "mtu_fix")
  }

  /// The last of a name counts.
  private static func byName(_ sections: [UCIFile.Section]) -> [String: UCIFile.Section] {
    Dictionary(sections.compactMap { section in section.name.map { ($0, section) } }) { $1 }
  }

  private static func networks(of zones: [UCIFile.Section], with option: String) -> Set<String> {
    Set(
      zones.filter { $0.isOn(option, otherwise: false) }
        .flatMap { $0.values("network").map(\.value) })
  }
}

extension UCIFile.Section {
  /// mwan3's sections of interfaces and the network's have the same type; only the latter have a
  /// protocol or a device.
  fileprivate var isOfNetwork: Bool {
    options.contains { ["proto", "device", "ifname"].contains($0.name) }
  }
}
