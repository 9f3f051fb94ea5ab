import Model

/// OpenWrt's mwan3: its own file, and beside it those of the network and of the firewall, which
/// know devices, gateways and NAT. Interfaces are asked in turn every `interval`; so many bad rounds
/// in a row (`down`) and they are offline, so many good ones (`up`) and they are back.
struct MWAN3 {
  var intent = Intent()
  var report = ImportReport()
  let sections: [UCIFile.Section]
  let index: MWAN3Index
  var added: Set<String> = []  // ways, by table, device and family

  init(_ files: [SourceFile]) {
    let read = files.map { UCIFile($0) }
    sections = read.flatMap(\.sections)
    index = MWAN3Index(sections)
    intent.equalsShare = true
    for (place, why) in read.flatMap(\.mistakes) { report.note(place, "a line", .left(why)) }
    for section in sections { note(section) }
    for tracked in index.tracked { add(tracked) }
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
