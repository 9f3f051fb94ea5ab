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
  var asked: [(way: Intent.Way, judge: Judge?)] = []  // as the ways of groups ask
  let links: [String: Intent.Link]  // by interface
  let waysByInterface: [String: [Intent.Way]]
  let owners: [IPAddress: String]  // the first interface that has an address and leads somewhere
  private let waysByPlace: [Place: [Intent.Way]]
  private let destinations: [String: [Prefix]]  // by table
  private let resorts: [Place: Intent.Resort]
  let standalone: Set<String>  // bonds that need no uplink

  private struct Place: Hashable {
    let destination: Prefix
    let table: String
  }

  init(_ intent: Intent, _ report: ImportReport) {
    self.intent = intent
    self.report = report
    links = Dictionary(intent.links.map { ($0.interface, $0) }) { first, _ in first }
    let waysByInterface = Dictionary(grouping: intent.ways, by: \.interface)
    self.waysByInterface = waysByInterface
    owners = Dictionary(
      intent.links.filter { waysByInterface[$0.interface] != nil }
        .flatMap { link in link.addresses.map { ($0.address, link.interface) } }
    ) { first, _ in first }
    waysByPlace = Dictionary(grouping: intent.ways) {
      Place(destination: $0.destination, table: $0.table)
    }
    destinations = Dictionary(grouping: waysByPlace.keys, by: \.table).mapValues { places in
      // The default route first.
      places.map(\.destination).sorted { ($0.family, $0.length, $0) < ($1.family, $1.length, $1) }
    }
    resorts = Dictionary(
      intent.resorts.map { (Place(destination: $0.destination, table: $0.table), $0) }
    ) { first, _ in first }
    standalone = intent.standaloneBonds
    remarks.opening = intent.opening
    for selection in intent.selections { addGroups(of: selection) }
    for destination in destinations[Intent.main] ?? [] { addGroup(to: destination) }
    sortUplinks()
    noteOtherChecks()
    addBonds()
    leaveOtherWays()
    leaveOtherLinks()
  }
}

// MARK: - Groups

extension Settling {
  /// Those for some traffic, in the order of the selections: the first that fits counts.
  private mutating func addGroups(of selection: Intent.Selection) {
    guard configuration.groups.count < Ours.maximumGroups else {
      return report.amend(selection.place, .left("there are more groups than a machine can have"))
    }
    var why = "nothing leads anywhere in its table"
    var isAdded = false
    for destination in destinations[selection.table] ?? []
    where selection.families.contains(destination.family) {
      if let complaint = complaint(about: selection, to: destination) {
        why = complaint
      } else if let (group, ways) = group(to: destination, selection) {
        add(group, from: ways, selectedAt: selection.place)
        isAdded = true
      }
    }
    if !isAdded { report.amend(selection.place, .left(why)) }
  }

  private mutating func addGroup(to destination: Prefix) {
    guard let (group, ways) = group(to: destination, nil) else { return }
    add(group, from: ways, selectedAt: nil)
  }

  /// - Returns: nil when there is nothing to choose, which is told.
  private mutating func group(
    to destination: Prefix, _ selection: Intent.Selection?
  ) -> (Group, ways: [Intent.Way])? {
    let place = Place(destination: destination, table: selection?.table ?? Intent.main)
    let ways = eligible(waysByPlace[place] ?? [])
    guard !ways.isEmpty else { return nil }
    if destination.length == 0, standalone.contains(ways[0].interface) {
      for way in ways { report.amend(way.place, .carried) }
      return nil
    }
    guard ways.count > 1 || destination.length == 0 else {
      report.amend(
        ways[0].place,
        .left("one way leads there, so there is nothing to fail over to; let the system set it"))
      return nil
    }
    let tiers = tiers(ways)
    let members = zip(1..., tiers).flatMap { tier, ways in
      ways.map { Member(.uplink(uplink(of: $0)), tier: tier, weight: $0.weight) }
    }
    let resort = resorts[place]
    if let resort { report.amend(resort.place, .carried) }
    let group = Group(
      name: selection.map { unusedName(groupName($0, destination.family)) }
        ?? name(of: destination),
      holding: .route(destination), members: members, judge: judge(ways), damping: nil,
      flows: FlowRules(.usual(tiers.map(\.count), want: 1)), match: selection?.match,
      lastResort: selection.map(\.lastResort).flatMap { $0 == .main ? nil : $0 }
        ?? resort?.resort ?? .main)
    return (group, ways)
  }

  /// What all ways ask is the group's to ask; else each member is judged by itself.
  private mutating func judge(_ ways: [Intent.Way]) -> Judge? {
    guard Set(ways.map(\.questions)).count == 1 else {
      for way in ways { judge(way) }
      return nil
    }
    let judge = judge(of: ways[0].questions)
    asked += ways.map { ($0, judge) }
    return judge
  }

  /// By distance, and within one distance together or in their order.
  private func tiers(_ ways: [Intent.Way]) -> [[Intent.Way]] {
    let byDistance = Dictionary(grouping: ways, by: \.distance).sorted { $0.key < $1.key }
    let tiers = byDistance.flatMap { _, ways in intent.equalsShare ? [ways] : ways.map { [$0] } }
    return tiers.map { ways in
      let common = ways.map(\.weight).reduce(0, gcd)
      return ways.map { way in
        var way = way
        way.weight = ways.count == 1 ? 1 : min(max(1, way.weight / max(1, common)), 256)
        return way
      }
    }
  }

  private func gcd(_ left: Int, _ right: Int) -> Int {
    right == 0 ? left : gcd(right, left % right)
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
      } else if kept.count == Ours.maximumUplinks || !hasRoom(for: way, beside: kept) {
        report.amend(way.place, .left("there are more ways than a machine can have"))
      } else {
        kept.append(way)
      }
    }
    return kept
  }

  private func hasRoom(for way: Intent.Way, beside others: [Intent.Way]) -> Bool {
    let new = others.count { names[$0.interface] == nil }
    return names[way.interface] != nil
      || configuration.uplinks.count + new < configuration.marks.capacity
  }

  private mutating func add(
    _ group: Group, from ways: [Intent.Way], selectedAt place: SourcePlace?
  ) {
    let places = [place].compactMap { $0 } + ways.map(\.place)
    guard configuration.groups.count < Ours.maximumGroups else {
      for place in places {
        report.amend(place, .left("there are more groups than a machine can have"))
      }
      return
    }
    configuration.groups.append(group)
    remarks.groups[group.name] =
      ["From \(places.spokenPlaces)."] + (haveGateways(group) ? intent.unasked : [])
    for place in places { report.amend(place, .carried) }
  }

  /// Then a check may ask them.
  private func haveGateways(_ group: Group) -> Bool {
    guard let family = group.holding.family else { return false }
    return group.members.allSatisfy { member in
      configuration.uplinks.contains {
        $0.name.text == member.id.text
          && ($0.findsGateways || $0.gateway(family) != nil)
      }
    }
  }

  private mutating func leaveOtherWays() {
    let tables = Set(intent.selections.map(\.table) + [Intent.main])
    for way in intent.ways where !tables.contains(way.table) {
      report.amend(way.place, .left("no traffic is sent to its table"))
    }
    let held = Set(configuration.groups.map(\.holding))
    for resort in intent.resorts where !held.contains(.route(resort.destination)) {
      report.amend(resort.place, .left("nothing else leads there, so it is the system's business"))
    }
  }
}
