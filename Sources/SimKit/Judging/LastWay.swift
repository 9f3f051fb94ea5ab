import Config
import Engine
import Model
import Reconcile

/// Watches that no single change takes away the last way of a group while one could be had:
/// additions come before removals, and a refused addition stops the removal.
struct LastWay: Sendable {
  struct Holding: Sendable {
    let name: GroupName
    let destination: Prefix
    let isSelective: Bool  // for some traffic, and not for all
    var tables: [UInt32]  // within a turn a reload may give it another
    let uplinks: [Uplink]
    var former: [[Uplink]] = []  // by the files that may still be in force
  }

  var holdings: [Holding] = []

  init() {}

  /// - Parameter scene: groups that are pinned hard may hold nothing.
  init(_ scene: Scene) {
    holdings = scene.configuration.groups.compactMap { group in
      guard let slot = scene.memory.slots.groups[group.name],
        case .route(let destination) = group.holding,
        !(scene.memory.pins[group.name]?.isHard ?? false)
      else { return nil }
      let uplinks = group.members.compactMap { member -> Uplink? in
        guard case .uplink(let name) = member.id else { return nil }
        return scene.configuration.uplink(name)
      }
      return Holding(
        name: group.name, destination: destination, isSelective: group.match != nil,
        tables: [Ours.table(group: slot)], uplinks: uplinks)
    }
  }

  mutating func learned(_ slots: Slots) {
    for place in holdings.indices {
      guard let slot = slots.groups[holdings[place].name] else { continue }
      holdings[place].tables.append(Ours.table(group: slot))
    }
  }

  /// In the turn that takes a new file, the old one is in force until then; and of several new ones,
  /// each until the next.
  mutating func admit(_ old: [LastWay]) {
    for place in holdings.indices {
      let name = holdings[place].name
      holdings[place].former = old.compactMap { old in
        old.holdings.first { $0.name == name }?.uplinks
      }
    }
  }

  /// - Parameter seen: the kernel as the daemon knows it; it cannot act on what it cannot know.
  func verdict(
    of change: Change, before: FakeKernel, after: FakeKernel, seen: KernelState
  ) -> Violation? {
    guard change.removes else { return nil }
    // What it does not know yet of other links is no excuse.
    let dropped = holdings.first { holding in
      let files = holding.former + [holding.uplinks]
      return files.allSatisfy { uplinks in
        hasWay(holding, by: uplinks, before) && !hasWay(holding, by: uplinks, after)
      }
        && before.isKnown(as: seen, files.joined().map(\.interface))
    }
    return dropped.map {
      Violation(
        invariant: .lastWayStays,
        sentence:
          "`\(change.line { before.interfaces[$0]?.link.name })` left \($0.name) without a way")
    }
  }

  /// Some link of the group can be used, and the way leads by such links only.
  private func hasWay(
    _ holding: Holding, by uplinks: [Uplink], _ kernel: FakeKernel
  ) -> Bool {
    let family = holding.destination.family
    let usable = uplinks.filter { kernel.isUsable($0, family) }.map(\.interface)
    return Set(holding.tables).contains { table in
      let way = kernel.way(
        to: holding.destination, table: table, isSelective: holding.isSelective)
      return !way.isEmpty
        && way.allSatisfy { index in
          kernel.interfaces[index].map { usable.contains($0.link.name) } ?? false
        }
    }
  }
}

extension FakeKernel {
  /// Links of these names are to the daemon what they are.
  fileprivate func isKnown(as seen: KernelState, _ names: [InterfaceName]) -> Bool {
    names.allSatisfy { name in
      guard let interface = interfaces[name] else { return seen.link(named: name) == nil }
      return seen.link(named: name) == interface.link
        && seen.addresses(on: interface.link.index) == interface.addresses.sorted()
    }
  }

  /// Something of some link is not known to the daemon yet.
  func differs(from seen: KernelState) -> Bool {
    !isKnown(as: seen, interfaces.all.map(\.link.name))
      || interfaces.links.count != seen.links.count
  }
}
