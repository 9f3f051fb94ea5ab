import Model

/// Which traffic a rule is about: what firewall marks and routing rules say in common.
extension RouterOS {
  struct Traffic {
    var matches = [TrafficMatch()]  // any of them
    var notes: [String] = []  // what is not the same here
  }

  /// Why traffic cannot be told so here.
  struct Untold: Error {
    let why: String

    init(_ why: String) { self.why = why }
  }

  /// - Parameter known: fields that say something else, and are read elsewhere.
  func traffic(
    of item: ConsoleItems.Item, _ family: Family, known: Set<String>
  ) throws(Untold) -> Traffic {
    var traffic = Traffic()
    for (name, value) in item.fields where !known.contains(name) {
      guard value.kind == .text else { throw Untold("`\(name.printable)` is computed") }
      try read(name, value.text, family, into: &traffic)
    }
    return traffic
  }

  private func read(
    _ name: String, _ text: String, _ family: Family, into traffic: inout Traffic
  ) throws(Untold) {
    let isNot = text.hasPrefix("!")
    switch (name, isNot) {
    case ("in-interface", false), ("interface", false): try enter([text], &traffic)
    case ("in-interface-list", false):
      guard text != "all" else { return }
      guard let list = lists[text] else { throw Untold("the interface list is empty") }
      try enter(list, &traffic)
    case ("in-interface", true), ("in-interface-list", true):
      traffic.notes.append("`\(name)=!` is not asked: what comes in anywhere is meant")
    case ("src-address", false): try set(try prefixes([text], family), \.from, &traffic)
    case ("src-address-list", false):
      try set(try prefixes(list(text, family), family), \.from, &traffic)
    case ("dst-address", false): try set(try prefixes([text], family), \.to, &traffic)
    case ("dst-address-list", false):
      try set(try prefixes(list(text, family), family), \.to, &traffic)
    case ("dst-address", true):
      try spare(try prefixes([String(text.dropFirst())], family), &traffic)
    case ("dst-address-list", true):
      try spare(try prefixes(list(String(text.dropFirst()), family), family), &traffic)
    case ("dst-address-type", true): break  // what is for this machine goes nowhere else
    case ("protocol", false):
      let names: [String: UInt8] = ["icmpv6": 58, "ipsec-esp": 50, "ipsec-ah": 51]
      guard let number = Transport.number(of: text) ?? names[text] ?? UInt8(text), number > 0
      else { throw Untold("siaga does not know its protocol") }
      for index in traffic.matches.indices { traffic.matches[index].transports = [number] }
    case ("src-port", false): try set(try ports(text), \.fromPorts, &traffic)
    case ("dst-port", false): try set(try ports(text), \.toPorts, &traffic)
    default:
      throw Untold(
        "siaga cannot tell traffic by `\(name.printable)\(isNot ? "=!" : "")`")
    }
  }

  private func enter(_ names: [String], _ traffic: inout Traffic) throws(Untold) {
    guard names.count <= 16 else { throw Untold("it is about more interfaces than siaga follows") }
    traffic.matches = traffic.matches.flatMap { match in
      names.map { name in
        var match = match
        match.incoming = InterfaceName(fitName(name))
        return match
      }
    }
    if traffic.matches.contains(where: { $0.incoming == nil }) {
      throw Untold("Linux has no interface of such a name")
    }
  }

  /// As `linuxName`, of one that is perhaps nobody's uplink.
  private func fitName(_ name: String) -> String {
    linuxNames[name] ?? (InterfaceName(name) == nil ? String(name.asName.prefix(15)) : name)
  }

  private func set<Value>(
    _ values: [Value], _ field: WritableKeyPath<TrafficMatch, [Value]>, _ traffic: inout Traffic
  ) throws(Untold) {
    for index in traffic.matches.indices { traffic.matches[index][keyPath: field] = values }
  }

  /// What is not meant must be what goes by main's own routes anyway.
  private func spare(_ prefixes: [Prefix], _ traffic: inout Traffic) throws(Untold) {
    for prefix in prefixes where !isNear(prefix) {
      guard Self.privateNetworks.contains(where: { $0.contains(prefix) }) else {
        throw Untold("siaga cannot tell traffic by where it does not go")
      }
      traffic.notes.append(
        "what goes to \(prefix) is not spared, where no route of its own leads there")
    }
  }

  /// Whether traffic for it goes by a route that is better than any default.
  func isNear(_ prefix: Prefix) -> Bool {
    networks.holds(prefix) || pins.holds(prefix)
  }

  private static let privateNetworks = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
    "224.0.0.0/4", "fc00::/7", "fe80::/10", "ff00::/8",
  ].compactMap { Prefix(anyway: $0) }

  private func list(_ name: String, _ family: Family) throws(Untold) -> [String] {
    let found = addressLists[family]?[name] ?? []
    guard !found.isEmpty else { throw Untold("its address list has no lasting entries") }
    return found
  }

  /// Addresses, networks and ranges; everything is no condition.
  private func prefixes(_ texts: [String], _ family: Family) throws(Untold) -> [Prefix] {
    var all: [Prefix] = []
    for text in texts {
      let ends = text.split(separator: "-").map { IPAddress(String($0)) }
      if ends.count == 2, case .v4(let low)?? = ends.first, case .v4(let high)?? = ends.last,
        low <= high
      {
        all += Prefix.covering(low...high)
      } else if let prefix = Prefix(anyway: text), prefix.family == family {
        all.append(prefix)
      } else {
        throw Untold("one of its addresses is no \(family.name) network")
      }
      guard all.count <= 64 else { throw Untold("its lists are longer than `match` can be") }
    }
    return all.contains { $0.length == 0 } ? [] : all
  }

  private func ports(_ text: String) throws(Untold) -> [ClosedRange<UInt16>] {
    var found: [ClosedRange<UInt16>] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").map { UInt16($0) ?? 0 }
      guard let low = ends.first, let high = ends.last, ends.count <= 2, low > 0, low <= high else {
        throw Untold("its ports cannot be read")
      }
      found.append(low...high)
    }
    return found
  }
}

extension Prefix {
  /// The fewest networks that hold these addresses and no others.
  fileprivate static func covering(_ range: ClosedRange<UInt32>) -> [Prefix] {
    var all: [Prefix] = []
    var low = UInt64(range.lowerBound)
    let end = UInt64(range.upperBound) + 1
    while low < end {
      let fitting = min(low == 0 ? 32 : low.trailingZeroBitCount, 32)
      let room = 63 - (end - low).leadingZeroBitCount
      let bits = min(fitting, room)
      all.append(Prefix(.v4(UInt32(low)), length: 32 - bits))
      low += 1 << UInt64(bits)
    }
    return all
  }
}
