import Model

/// Marks of the firewall that choose a table: on packets, or on connections whose packets are then
/// marked. A mark without passthrough ends the search; with it, a later one may still replace it.
extension RouterOS {
  /// Traffic that is sent to a table.
  struct Marked {
    let item: ConsoleItems.Item
    let traffic: Traffic
    let course: Course
    let isFinal: Bool
    let share: Share?
  }

  private static let known: Set = [
    "chain", "action", "passthrough", "comment", "disabled", "log", "log-prefix",
    "connection-state", "connection-mark", "new-connection-mark", "new-routing-mark",
    "per-connection-classifier", "nth",
  ]

  mutating func addMarks(_ menu: String, _ family: Family, _ courses: [String: Course]) {
    var sources: [String: [ConsoleItems.Item]] = [:]  // by the mark that connections get
    var used: Set<String> = []
    let rules = items[menu].filter { isOurs($0) }
    for item in rules where item["action"] == "mark-connection" {
      item["new-connection-mark"].map { sources[$0, default: []].append(item) }
    }
    for way in intent.ways.sorted(by: { $0.distance > $1.distance }) {
      bestByTable[way.table] = way.interface
    }
    var marked: [Marked] = []
    var budget = 4_096
    for item in rules {
      switch item["action"] {
      case "mark-routing":
        guard let mark = item["new-routing-mark"] else {
          leave(item, "it names no mark")
          continue
        }
        let course = courses[mark] ?? Course(table: mark)
        guard let connection = item["connection-mark"], connection != "no-mark" else {
          direct(item, family, course).map { marked.append($0) }
          continue
        }
        used.insert(connection)
        let all = sources[connection] ?? []
        budget -= all.count
        guard budget > 0 else {
          leave(item, "there are more marks than siaga follows")
          continue
        }
        marked += through(item, all, family, course)
      case "accept": direct(item, family, Course(table: Intent.main)).map { marked.append($0) }
      default: break
      }
    }
    for item in rules where item["action"] == "mark-connection" {
      if !used.contains(item["new-connection-mark"] ?? "") {
        leave(item, "nothing is routed by this mark")
      }
    }
    // What ends the search goes first; of the others the last one stands.
    add(marked.filter(\.isFinal) + marked.filter { !$0.isFinal }.reversed(), family)
  }

  /// Those that have to do with routing; what has not is told.
  private mutating func isOurs(_ item: ConsoleItems.Item) -> Bool {
    let action = item["action"] ?? "accept"
    guard ["mark-routing", "mark-connection", "accept"].contains(action) else { return false }
    if item.isOn("disabled") {
      leave(item, "it is disabled")
      return false
    }
    if action != "mark-connection", !["prerouting", "output"].contains(item["chain"] ?? "") {
      leave(item, "no route is chosen in this chain any more")
      return false
    }
    return true
  }

  private mutating func direct(
    _ item: ConsoleItems.Item, _ family: Family, _ course: Course
  ) -> Marked? {
    guard let traffic = told(item, family) else { return nil }
    let to = traffic.matches.flatMap(\.to)
    if course.table == Intent.main {
      // Main's better routes go before everything anyway.
      if !to.isEmpty, to.allSatisfy(isNear) || traffic.matches.isEmpty {
        carry(item)
        return nil
      }
      if traffic.matches == [TrafficMatch()] {
        leave(item, "siaga needs no such rule")
        return nil
      }
    }
    guard let share = share(item) else { return nil }
    return Marked(
      item: item, traffic: traffic, course: course,
      isFinal: item["passthrough"] == "no" || course.table == Intent.main, share: share)
  }

  /// Connections that are marked so, each in its way.
  private mutating func through(
    _ item: ConsoleItems.Item, _ sources: [ConsoleItems.Item], _ family: Family, _ course: Course
  ) -> [Marked] {
    guard !sources.isEmpty else {
      leave(item, "no rule marks connections so")
      return []
    }
    guard let own = told(item, family) else { return [] }
    carry(item)
    var all: [Marked] = []
    for source in sources {
      if let interface = source["in-interface"], leading.contains(interface) {
        noteAnswers(source, by: interface, course)
        continue
      }
      if let list = source["in-interface-list"], let names = lists[list], !names.isEmpty,
        names.allSatisfy(leading.contains)
      {
        noteAnswers(source, by: names[0], course)
        continue
      }
      // Of connections that others open this machine sends no packets of its own.
      if item["chain"] == "output", source["chain"] != "output" { continue }
      guard let theirs = told(source, family), let share = share(source) else { continue }
      let matches = theirs.matches.flatMap { match in
        own.matches.compactMap { match.and($0) }
      }
      guard !matches.isEmpty else {
        leave(source, "what is marked here is never routed by the mark")
        continue
      }
      all.append(
        Marked(
          item: source, traffic: Traffic(matches: matches.uniqued, notes: theirs.notes),
          course: course,
          isFinal: source["passthrough"] == "no" || source["connection-mark"] == "no-mark",
          share: share))
    }
    return all
  }

  /// Answers to who came in by a link leave by it: that is so here without being said.
  private mutating func noteAnswers(
    _ source: ConsoleItems.Item, by interface: String, _ course: Course
  ) {
    carry(source)
    let name = linuxName(interface)
    if let first = bestByTable[course.table], first != name {
      differ(source, "answers leave by \(name), where their question came in, not by another link")
    }
    answered.insert(course.table)
  }

  private mutating func told(_ item: ConsoleItems.Item, _ family: Family) -> Traffic? {
    let mark = item["connection-mark"] ?? "no-mark"
    if mark.hasPrefix("!") || mark != "no-mark" && item["action"] != "mark-routing" {
      leave(item, "siaga cannot tell traffic by the marks that its connection had before")
      return nil
    }
    do throws(Untold) {
      var traffic = try self.traffic(of: item, family, known: Self.known)
      if item["chain"] == "output" {
        for index in traffic.matches.indices {
          traffic.matches[index].incoming = InterfaceName("lo")
        }
      } else if item["action"] != "accept",
        traffic.matches.contains(where: { $0.incoming == nil && $0.from.isEmpty })
      {
        traffic.notes.append("the router's own connections go that way, too")
      }
      noteLists(of: item)
      return traffic
    } catch {
      leave(item, error.why)
      return nil
    }
  }
}

extension TrafficMatch {
  /// What fits both; nil: nothing does, or it cannot be said.
  fileprivate func and(_ other: TrafficMatch) -> TrafficMatch? {
    var both = self
    guard let incoming = one(incoming.map { [$0] } ?? [], other.incoming.map { [$0] } ?? []),
      let from = narrow(from, other.from), let to = narrow(to, other.to),
      let transports = one(transports, other.transports),
      let fromPorts = one(fromPorts, other.fromPorts), let toPorts = one(toPorts, other.toPorts)
    else { return nil }
    both.incoming = incoming.first
    both.from = from
    both.to = to
    both.transports = transports
    both.fromPorts = fromPorts
    both.toPorts = toPorts
    return both
  }

  private func one<Value: Equatable>(_ left: [Value], _ right: [Value]) -> [Value]? {
    left.isEmpty ? right : right.isEmpty || left == right ? left : nil
  }

  private func narrow(_ left: [Prefix], _ right: [Prefix]) -> [Prefix]? {
    guard !left.isEmpty, !right.isEmpty else { return left + right }
    let both = left.flatMap { one in
      right.compactMap { $0.contains(one) ? one : one.contains($0) ? $0 : nil }
    }
    return both.isEmpty ? nil : both
  }
}

extension [TrafficMatch] {
  var uniqued: [TrafficMatch] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
