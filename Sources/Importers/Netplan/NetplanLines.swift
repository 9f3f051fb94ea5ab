/// What became of each line of netplan's files. Several statements may share one, and a line of
/// which only some were carried is carried with a difference.
struct NetplanLines {
  private struct Line {
    var statement: String
    var isCarried = false
    var why: [String] = []
  }

  private var lines: [SourcePlace: Line] = [:]
  private var order: [SourcePlace] = []

  mutating func add(_ place: SourcePlace, _ statement: String, _ fate: ImportReport.Fate) {
    if lines[place] == nil {
      lines[place] = Line(statement: statement)
      order.append(place)
    }
    switch fate {
    case .carried, .differs: lines[place]?.isCarried = true
    case .left(let why):
      if lines[place]?.why.contains(why) == false { lines[place]?.why.append(why) }
    }
  }

  /// An entry with all that is in it.
  mutating func take(
    _ entry: NetplanNode.Entry, as statement: String? = nil, _ fate: ImportReport.Fate
  ) {
    for place in entry.places + entry.value.places {
      add(place, statement ?? entry.key.printable, fate)
    }
  }

  /// A device: what Siaga knows is carried until something else is said of it. What stands below a
  /// key is called by that key alone: it may be somebody's network, or a secret.
  mutating func take(_ device: NetplanNode.Entry, in section: String) {
    let path = "\(section).\(device.key.printable)"
    for place in device.places { add(place, path, .carried) }
    for entry in device.value.entries {
      let key = entry.key.printable
      guard let known = Self.known(entry.key, in: section) else {
        let why =
          Self.systems.contains(entry.key)
          ? "`\(key)`: let the system go on making it; Siaga may use it"
          : "`\(key)`: Siaga has nothing like it, or does not need it"
        take(entry, as: "\(path).\(key)", .left(why))
        continue
      }
      for place in entry.places { add(place, "\(path).\(key)", .carried) }
      take(entry.value, "\(path).\(key)", known)
    }
    if device.value.entries.isEmpty {
      for place in device.value.places { add(place, path, .carried) }
    }
  }

  /// - Parameter known: keys of the mappings inside; empty: all.
  private mutating func take(_ node: NetplanNode, _ path: String, _ known: Set<String>) {
    switch node.content {
    case .null, .scalar: add(node.place, path, .carried)
    case .list(let elements): for element in elements { take(element, path, known) }
    case .mapping(let entries):
      for entry in entries {
        let isKnown = known.isEmpty || known.contains(entry.key)
        let fate: ImportReport.Fate =
          isKnown
          ? .carried
          : .left("`\(entry.key.printable)`: Siaga has nothing like it, or does not need it")
        take(entry, as: "\(path).\(entry.key.printable)", fate)
      }
    }
  }

  func tell(_ report: inout ImportReport) {
    for place in order {
      guard let line = lines[place] else { continue }
      let why = line.why.joined(separator: "; ")
      let fate: ImportReport.Fate =
        line.why.isEmpty ? .carried : line.isCarried ? .differs("not \(why)") : .left(why)
      report.note(place, line.statement, fate)
    }
  }

  private static func known(_ key: String, in section: String) -> Set<String>? {
    key == "mtu" && section == "bonds" ? [] : known[key]
  }

  private static let overrides: Set = ["route-metric", "use-routes"]

  private static let known: [String: Set<String>] = [
    "addresses": [], "gateway4": [], "gateway6": [], "dhcp4": [], "dhcp6": [], "accept-ra": [],
    "set-name": [], "renderer": [], "routing-policy": [], "interfaces": [],
    "match": ["name", "macaddress", "driver"], "nameservers": ["addresses"],
    "dhcp4-overrides": overrides, "dhcp6-overrides": overrides, "ra-overrides": overrides,
    "parameters": Netplan.bondParameters,
    "routes": ["to", "via", "metric", "table", "type", "on-link"],
  ]

  /// What makes an interface.
  private static let systems: Set = [
    "id", "link", "access-points", "mode", "local", "remote", "key", "keys", "peers", "port",
    "peer",
    "apn", "auth", "password", "table",
  ]
}
