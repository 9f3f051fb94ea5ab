import Config
import Model

/// Puts what the sources mean into Siaga's words: links that lead somewhere become uplinks, and
/// ways to one place become a group, in tiers by their distance.
struct Settling {
  let intent: Intent
  var report: ImportReport
  var configuration = Configuration(damping: nil)
  var remarks = Remarks()
  var names: [String: UplinkName] = [:]  // by interface
  var questions: [(question: Question, name: CheckName)] = []
  private var settled: Set<SourcePlace> = []  // selections that became groups
  let standalone: Set<String>  // bonds that need no uplink

  init(_ intent: Intent, _ report: ImportReport) {
    self.intent = intent
    self.report = report
    standalone = intent.standaloneBonds
    remarks.opening = intent.opening
    for (destination, table) in places { addGroups(to: destination, by: table) }
    addBonds()
    leaveOtherLinks()
    leaveOtherSelections()
  }

  /// Destinations by table; those for some traffic first, in the order of the selections.
  private var places: [(Prefix, String)] {
    var seen: Set<Place> = []
    let tables = intent.selections.map(\.table) + [Intent.main]
    return tables.flatMap { table in
      intent.ways.filter { $0.table == table }.map(\.destination).sorted {
        // The default route first.
        ($0.family, $0.length, $0) < ($1.family, $1.length, $1)
      }.filter { seen.insert(Place(destination: $0, table: table)).inserted }.map { ($0, table) }
    }
  }

  private struct Place: Hashable {
    let destination: Prefix
    let table: String
  }
}

// MARK: - Groups

extension Settling {
  private mutating func addGroups(to destination: Prefix, by table: String) {
    let ways = eligible(intent.ways.filter { $0.destination == destination && $0.table == table })
    guard !ways.isEmpty else { return }
    guard destination.length > 0 || !standalone.contains(ways[0].interface) else {
      for way in ways { report.amend(way.place, .carried) }
      return
    }
    guard ways.count > 1 || destination.length == 0 else {
      return report.amend(
        ways[0].place,
        .left("one way leads there, so there is nothing to fail over to; let the system set it"))
    }
    let ownQuestions = Set(ways.map(\.question))
    let shared = ownQuestions.count == 1 ? ways[0].question : nil
    let tiers = tiers(ways)
    let members = zip(1..., tiers).flatMap { tier, ways in
      ways.map { Member(.uplink(uplink(of: $0)), tier: tier, weight: $0.weight) }
    }
    if ownQuestions.count > 1 { for way in ways { judge(way) } }
    let judge = shared.map { Judge.check(name(of: $0)) }
    guard table != Intent.main else {
      return add(
        Group(
          name: name(of: destination), holding: .route(destination), members: members, judge: judge,
          damping: nil, flows: FlowRules(usual(tiers))), from: ways)
    }
    for selection in intent.selections
    where selection.table == table && selection.families.contains(destination.family) {
      add(
        Group(
          name: unusedName(groupName(selection, destination.family)),
          holding: .route(destination), members: members, judge: judge, damping: nil,
          flows: FlowRules(usual(tiers)), match: selection.match,
          lastResort: selection.lastResort), from: ways, selectedAt: selection.place)
    }
  }

  /// By distance, and within one distance together or in their order.
  private func tiers(_ ways: [Intent.Way]) -> [[Intent.Way]] {
    let byDistance = Dictionary(grouping: ways, by: \.distance).sorted { $0.key < $1.key }
    let tiers = byDistance.flatMap { _, ways in intent.equalsShare ? [ways] : ways.map { [$0] } }
    return tiers.map { ways in
      let common = ways.map(\.weight).reduce(0, gcd)
      return ways.map { way in
        var way = way
        way.weight = ways.count == 1 ? 1 : max(1, way.weight / max(1, common))
        return way
      }
    }
  }

  private func gcd(_ left: Int, _ right: Int) -> Int {
    right == 0 ? left : gcd(right, left % right)
  }

  private func usual(_ tiers: [[Intent.Way]]) -> FlowPolicy {
    tiers.contains { $0.count > 1 } ? .stay : .move
  }

  /// A link can stand in a group once, by its best way.
  private mutating func eligible(_ ways: [Intent.Way]) -> [Intent.Way] {
    var kept: [Intent.Way] = []
    for (_, way) in ways.enumerated().sorted(by: {
      ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
    }) {
      if let complaint = complaint(about: way) {
        report.amend(way.place, .left(complaint))
      } else if let first = kept.first(where: { $0.interface == way.interface }) {
        report.amend(
          way.place,
          .left("\(way.interface) leads there already (\(first.place)), by its better way"))
      } else if kept.count == Ours.maximumUplinks || !hasRoom(for: way) {
        report.amend(way.place, .left("there are more ways than a machine can have"))
      } else {
        kept.append(way)
      }
    }
    return kept
  }

  private func hasRoom(for way: Intent.Way) -> Bool {
    names[way.interface] != nil || configuration.uplinks.count < configuration.marks.capacity
  }

  private mutating func add(
    _ group: Group, from ways: [Intent.Way], selectedAt place: SourcePlace? = nil
  ) {
    guard configuration.groups.count < Ours.maximumGroups else {
      let why = ImportReport.Fate.left("there are more groups than a machine can have")
      for place in ways.map(\.place) + [place].compactMap({ $0 }) { report.amend(place, why) }
      return
    }
    configuration.groups.append(group)
    let places = [place].compactMap { $0 } + ways.map(\.place)
    remarks.groups[group.name] =
      ["From \(places.spokenPlaces)."] + (haveGateways(group) ? intent.unasked : [])
    for place in places { report.amend(place, .carried) }
    place.map { _ = settled.insert($0) }
  }

  /// Then a check may ask them.
  private func haveGateways(_ group: Group) -> Bool {
    group.members.allSatisfy { member in
      configuration.uplinks.contains {
        $0.name.text == member.id.text
          && ($0.findsGateways || $0.gateway(group.holding.family) != nil)
      }
    }
  }

  /// Those of which no group came.
  private mutating func leaveOtherSelections() {
    for selection in intent.selections where !settled.contains(selection.place) {
      report.amend(
        selection.place, .left("table \(selection.table) has no default route that can be carried"))
    }
    let tables = Set(intent.selections.map(\.table) + [Intent.main])
    for way in intent.ways where !tables.contains(way.table) {
      report.amend(way.place, .left("no rule sends traffic to table \(way.table)"))
    }
  }
}
