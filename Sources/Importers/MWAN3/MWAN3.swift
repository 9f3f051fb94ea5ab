import Model

/// OpenWrt's mwan3: its own file, and beside it those of the network and of the firewall, which
/// know devices, gateways and NAT. Interfaces are asked in turn every `interval`; so many bad rounds
/// in a row (`down`) and they are offline, so many good ones (`up`) and they are back.
struct MWAN3 {
  var intent = Intent()
  var report = ImportReport()
  let sections: [UCIFile.Section]

  init(_ files: [SourceFile]) {
    let read = files.map { UCIFile($0) }
    sections = read.flatMap(\.sections)
    intent.equalsShare = true
    for (place, why) in read.flatMap(\.mistakes) { report.note(place, "a line", .left(why)) }
    for section in sections { note(section) }
    for tracked in trackedInterfaces { add(tracked) }
    addRules()
    intent.opening = [
      "From mwan3: each interface is asked as before; mwan3 has no damping, so it is off here.",
      "Siaga asks each target at the same time, and one probe a round.",
    ]
  }

  /// Each option is carried until something else is said of it.
  private mutating func note(_ section: UCIFile.Section) {
    let title = section.title
    guard Self.types.contains(section.type) else {
      report.note(section.place, title, .left("nothing of it concerns failover"))
      for option in section.options {
        report.note(option.place, "\(title) \(option.name)", .left("it belongs to `\(title)`"))
      }
      return
    }
    report.note(section.place, title, .carried)
    for option in section.options {
      let known = Self.options[section.type]?.contains(option.name) ?? false
      report.note(
        option.place, "\(title) \(option.name)",
        known ? .carried : .left("Siaga has nothing like it, or does not need it"))
    }
  }

  mutating func amend(_ section: UCIFile.Section, _ option: String, _ fate: ImportReport.Fate) {
    section.option(option).map { report.amend($0.place, fate) }
  }

  mutating func leave(_ section: UCIFile.Section, _ why: String) {
    report.amend(section.place, .left(why))
  }

  private static let types: Set = [
    "interface", "member", "policy", "rule", "globals", "device", "zone",
  ]

  private static let options: [String: Set<String>] = [
    "interface": [
      "enabled", "track_ip", "track_method", "reliability", "count", "timeout", "interval", "down",
      "up", "family", "check_quality", "failure_loss", "recovery_loss", "failure_latency",
      "recovery_latency", "proto", "device", "ifname", "ipaddr", "netmask", "gateway", "ip6addr",
      "ip6gw", "dns",
    ],
    "member": ["interface", "metric", "weight"],
    "policy": ["use_member", "last_resort"],
    "rule": [
      "src_ip", "dest_ip", "proto", "src_port", "dest_port", "family", "use_policy",
    ],
    "zone": ["masq", "network", "name", "mtu_fix"],
  ]
}

extension UCIFile.Section {
  /// `interface wan`
  var title: String { name.map { "\(type) \($0)" } ?? type }
}

// MARK: - Which sections are whose

extension MWAN3 {
  /// An interface that mwan3 watches, and what the network's file says of it.
  struct Tracked {
    let name: String
    let mwan3: UCIFile.Section
    let network: UCIFile.Section?
    let family: Family
  }

  /// mwan3's sections of interfaces and the network's have the same type; only the latter have a
  /// protocol or a device.
  private func isOfNetwork(_ section: UCIFile.Section) -> Bool {
    section.options.contains { ["proto", "device", "ifname"].contains($0.name) }
  }

  var trackedInterfaces: [Tracked] {
    let interfaces = sections.filter { $0.type == "interface" }
    return interfaces.filter { !isOfNetwork($0) }.compactMap { section in
      guard let name = section.name else { return nil }
      return Tracked(
        name: name, mwan3: section,
        network: interfaces.last { isOfNetwork($0) && $0.name == name },
        family: section.option("family")?.value == "ipv6" ? .ipv6 : .ipv4)
    }
  }

  func tracked(_ name: String) -> Tracked? { trackedInterfaces.last { $0.name == name } }

  /// Zones that hide what is behind them; nil: no file of the firewall was given.
  func isMasqueraded(_ name: String) -> Bool? {
    let zones = sections.filter { $0.type == "zone" }
    guard !zones.isEmpty else { return nil }
    return zones.contains { zone in
      zone.isOn("masq", otherwise: false)
        && zone.values("network").contains { $0.value == name }
    }
  }

  func clampsMSS(_ name: String) -> Bool {
    sections.contains { zone in
      zone.type == "zone" && zone.isOn("mtu_fix", otherwise: false)
        && zone.values("network").contains { $0.value == name }
    }
  }
}
