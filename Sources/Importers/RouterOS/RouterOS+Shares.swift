import Model

/// Sets of rules that part connections among tables (`per-connection-classifier=both-addresses:3/0`,
/// `nth=2,1`): together they are one tier of links, each with the weight of its parts.
extension RouterOS {
  enum Share: Equatable {
    case whole
    case part(by: String, of: Int, number: Int)
  }

  /// nil: it is none that can be read, which is told.
  mutating func share(_ item: ConsoleItems.Item) -> Share? {
    guard let text = item["per-connection-classifier"] ?? item["nth"] else { return .whole }
    let words = text.split { ":/,".contains($0) }.map(String.init)
    let isNth = item["nth"] != nil
    guard words.count == (isNth ? 2 : 3), let count = Int(words[isNth ? 0 : 1]),
      let number = Int(words[isNth ? 1 : 2]), (1...256).contains(count),
      (0...count).contains(number)
    else {
      leave(item, "its part of the connections cannot be read")
      return nil
    }
    return .part(by: isNth ? "nth" : words[0], of: count, number: number)
  }

  private struct Parted: Hashable {
    let classifier: String
    let count: Int
    let matches: [TrafficMatch]

    init?(_ one: Marked) {
      guard case .part(let classifier, let count, _) = one.share else { return nil }
      self.classifier = classifier
      self.count = count
      matches = one.traffic.matches
    }
  }

  /// In their order; a set stands where its first part does.
  mutating func add(_ marked: [Marked], _ family: Family) {
    let ways = Dictionary(grouping: intent.ways, by: \.table)
    var sets = Dictionary(grouping: marked) { Parted($0) }
    for one in marked {
      guard let parted = Parted(one) else {
        select(one.item, one.traffic, [family], one.course)
        continue
      }
      guard let set = sets.removeValue(forKey: parted) else { continue }
      fold(set, of: parted.count, family, ways)
      sharedTables.formUnion(set.map(\.course.table))
    }
  }

  /// What is shared stands in tables of its own now, and what answers leave by needs none.
  mutating func removeUnusedTables() {
    let selected = Set(intent.selections.map(\.table)).union([Intent.main])
    let gone = sharedTables.union(answered).subtracting(selected)
    for way in intent.ways where gone.contains(way.table) {
      intent.link(way.interface, at: way.place) { _ in }
    }
    intent.ways.removeAll { gone.contains($0.table) }
    for item in items["/routing/table"] {
      let table = item["name"] ?? ""
      if selected.contains(table) || gone.contains(table) {
        carry(item)
      } else {
        leave(item, "no traffic is sent to this table")
      }
    }
  }

  private mutating func fold(
    _ set: [Marked], of count: Int, _ family: Family, _ ways: [String: [Intent.Way]]
  ) {
    let table = "shared/\(intent.selections.count)"
    var tier: [Intent.Way] = []
    var spares: [Intent.Way] = []
    for part in set {
      carry(part.item)
      for note in part.traffic.notes { differ(part.item, note) }
      let own = (ways[part.course.table] ?? []).filter {
        $0.destination == .everything(family)
      }.sorted { $0.distance < $1.distance }
      guard let best = own.first else {
        differ(part.item, "its table leads nowhere, so the others share its part")
        continue
      }
      if let known = tier.firstIndex(where: { $0.interface == best.interface }) {
        tier[known].weight = min(tier[known].weight + 1, 256)
      } else {
        tier.append(best.moved(to: table, distance: 1))
      }
      spares += own.dropFirst()
    }
    let numbers = Set(set.map { if case .part(_, _, let number) = $0.share { number } else { 0 } })
    if numbers.count < count, let first = set.first {
      differ(first.item, "only \(numbers.count) of \(count) parts are marked; here it is all")
    }
    var isIn = Set(tier.map(\.interface))
    for spare in spares where isIn.insert(spare.interface).inserted {
      intent.ways.append(spare.moved(to: table, distance: 1 + spare.distance))
    }
    intent.ways += tier
    guard let first = set.first, !tier.isEmpty else { return }
    for match in first.traffic.matches.prefix(16) {
      intent.selections.append(
        Intent.Selection(
          name: first.item.shortComment ?? "shared", match: match, families: [family],
          table: table, place: first.item.place))
    }
  }
}

extension Intent.Way {
  fileprivate func moved(to table: String, distance: Int) -> Intent.Way {
    var way = self
    way.table = table
    way.distance = distance
    return way
  }
}
