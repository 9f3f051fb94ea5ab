import Model

/// Routing rules, which choose a table by what is in the packet's header; marks go before them.
extension RouterOS {
  /// What traffic of a routing mark goes by.
  struct Course {
    var table: String
    var resort = LastResort.main
  }

  private static let known: Set = [
    "action", "table", "comment", "disabled", "routing-mark", "min-prefix",
  ]

  mutating func addSelections() {
    readAddressLists()
    var courses: [String: Course] = [:]
    var rules: [(item: ConsoleItems.Item, course: Course)] = []
    for item in items["/ip/route/rule"] + items["/routing/rule"] {
      guard let course = course(item) else { continue }
      let says = item.fields.contains { !Self.known.contains($0.name) }
      if let mark = item["routing-mark"], !says {
        courses[mark] = courses[mark] ?? course
        carry(item)
      } else if item["routing-mark"] != nil {
        leave(item, "siaga follows a routing mark alone, or the header alone")
      } else {
        rules.append((item, course))
      }
    }
    addMarks("/ip/firewall/mangle", .ipv4, courses)
    addMarks("/ipv6/firewall/mangle", .ipv6, courses)
    for rule in rules { add(rule.item, rule.course) }
    removeUnusedTables()
    for menu in ["/ip/firewall/address-list", "/ipv6/firewall/address-list"] {
      for item in items[menu] where usedLists.contains(item["list"] ?? "") {
        let isUsed = !item.isOn("disabled") && item["timeout"] == nil
        if isUsed { carry(item) } else { leave(item, "it is disabled, or does not last") }
      }
    }
  }

  mutating func noteLists(of item: ConsoleItems.Item) {
    for name in ["src-address-list", "dst-address-list"] {
      guard let list = item[name] else { continue }
      usedLists.insert(list.hasPrefix("!") ? String(list.dropFirst()) : list)
    }
  }

  /// nil: there is none, which is told.
  private mutating func course(_ item: ConsoleItems.Item) -> Course? {
    guard !item.isOn("disabled") else {
      leave(item, "it is disabled")
      return nil
    }
    let action = item["action"] ?? "lookup"
    guard ["lookup", "lookup-only-in-table"].contains(action) else {
      leave(item, "traffic that is kept off all links is the firewall's business")
      return nil
    }
    guard let table = item["table"] else {
      leave(item, "it names no table")
      return nil
    }
    return Course(table: table, resort: action == "lookup" ? .main : .unreachable)
  }

  private mutating func add(_ item: ConsoleItems.Item, _ course: Course) {
    if course.table == Intent.main, item["min-prefix"] != nil {
      return carry(item)  // All that main knows better than a default goes there first, always.
    }
    let families: [Family] =
      item.menu == "/ip/route/rule"
      ? [.ipv4]
      : ["src-address", "dst-address"].lazy.compactMap { item[$0] }
        .compactMap { Prefix(anyway: $0)?.family }.first.map { [$0] } ?? Family.allCases
    let traffic: Traffic
    do throws(Untold) {
      traffic = try self.traffic(of: item, families[0], known: Self.known)
    } catch {
      return leave(item, error.why)
    }
    let to = traffic.matches.flatMap(\.to)
    if course.table == Intent.main, !to.isEmpty, to.allSatisfy(isNear) { return carry(item) }
    select(item, traffic, families, course)
  }

  mutating func select(
    _ item: ConsoleItems.Item, _ traffic: Traffic, _ families: [Family], _ course: Course
  ) {
    carry(item)
    for note in traffic.notes { differ(item, note) }
    for match in traffic.matches.prefix(16) {
      intent.selections.append(
        Intent.Selection(
          name: item.shortComment ?? (course.table == Intent.main ? "by-main" : course.table),
          match: match, families: families, table: course.table, lastResort: course.resort,
          place: item.place))
    }
  }

  private mutating func readAddressLists() {
    for (family, menu) in [
      (Family.ipv4, "/ip/firewall/address-list"), (.ipv6, "/ipv6/firewall/address-list"),
    ] {
      var lists: [String: [String]] = [:]
      for item in items[menu] where !item.isOn("disabled") && item["timeout"] == nil {
        guard let list = item["list"], let address = item["address"] else { continue }
        lists[list, default: []].append(address)
      }
      addressLists[family] = lists
    }
  }
}
