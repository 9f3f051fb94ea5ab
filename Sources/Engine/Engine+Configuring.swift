import Config
import Model

/// A configuration is taken: what is in it still keeps what is known of it.
extension Engine {
  mutating func configured(
    _ configuration: Configuration, at now: Instant, _ effects: inout [Effect]
  ) {
    let isFirst = keepers.isEmpty
    let before = memory
    let marksBefore = self.configuration.marks
    self.configuration = configuration
    prune(configuration)
    effects += freedMarks(before.slots, marksBefore)
    keepers = configuration.kept.map { group in
      if let old = keepers.first(where: { $0.group.name == group.name }) {
        return GroupKeeper(group: group, after: old)
      }
      var keeper = GroupKeeper(group: group, at: now)
      keeper.remembered(memory, at: now)
      return keeper
    }
    seats = [:]
    for (place, group) in configuration.kept.enumerated() {
      for case .uplink(let name) in group.members.map(\.id) {
        seats[name, default: []].append(place)
      }
    }
    rememberKeepers()
    if memory != before { effects.append(.remember(memory)) }
    let families = configuration.families
    watches = Dictionary(
      uniqueKeysWithValues: configuration.uplinks.map {
        ($0.name, UplinkWatch($0, families: families, after: watches[$0.name]))
      })
    foundCompanions()
    configuredBonds()
    probes.configured(probeTasks, at: now)
    fixed = configuration.fixed(memory.slots, on: localNode)
    configuredTellers(at: now, &effects)
    configuredAddresses(at: now)
    configuredPeers(at: now, &effects)
    note(isFirst ? .started : .configured, at: now)
    isStale = true
    mustListen = true
    looked(at: now)
    confirmHoldings(at: now, &effects)
  }

  /// Forgets what is not in the configuration any more. One without groups is a machine that
  /// has no default route at the moment, and forgets nothing.
  private mutating func prune(_ configuration: Configuration) {
    guard !configuration.kept.isEmpty else { return }
    memory.slots.assign(
      uplinks: configuration.uplinks.map(\.name), groups: configuration.routeGroups.map(\.name),
      marks: configuration.marks)
    let names = Set(configuration.kept.map(\.name))
    memory.told = memory.told.filter { names.contains($0.key) }
    memory.drained.formIntersection(configuration.kept.flatMap { $0.members.map(\.id) })
  }

  /// A mark that is free again may be another link's in a moment: its flows end.
  private func freedMarks(_ before: Slots, _ marks: MarkSpace) -> [Effect] {
    before.uplinks.sorted { $0.value < $1.value }.flatMap { name, slot -> [Effect] in
      guard memory.slots.uplinks[name] != slot, slot < marks.capacity else { return [] }
      return Family.allCases.map { family in
        .sweep(
          FlowFilter(mark: marks.mark(slot), mask: marks.mask, family: family, scope: .all))
      }
    }
  }

  /// Pins and drains of before apply to what the configuration still has; they come first.
  mutating func remembered(_ memory: Memory) {
    self.memory = memory
    isStale = true
  }
}
