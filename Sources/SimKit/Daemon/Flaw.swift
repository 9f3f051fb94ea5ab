import Config
import Model
import Reconcile

/// A way to build the daemon wrongly. Each must be caught by an invariant, or the invariants
/// are worth nothing. They all live where the pilot meets its shell: the pilot is the real one.
public enum Flaw: String, Sendable, CaseIterable {
  case none
  case ignoresLinks  // neither notices nor carrier reads reach the engine
  case trustsSilence  // does not read its tables again after a silent loss
  case emptiesGroups  // takes a group's only route for done without adding it
  case removesFirst  // removes a group's old route before it adds the new one
  case fumbles  // the same, but only while it does not know yet how all links stand
  case givesUp  // takes a refused change for done
  case hearsEchoes  // hears an honest answer to each probe, whatever came
  case losesAnswers  // drops three answers of four
  case takesForeign  // deletes what it finds in its tables, whoever made it
  case ignoresDelays  // takes the file's delays for nothing
  case ignoresDamping  // and its damping
  case clings  // takes each failback for manual
  case levels  // takes all tiers for one
  case isContent  // takes one holder for enough
  case dampsAlike  // takes each return for the second
  case dampsTheLast  // holds back who came back too often, though nobody else is left
  case ignoresDrains  // answers that a member is drained, and leaves it at that
  case forgetsPins  // the same of pins
  case hardensPins  // takes each pin for a hard one
  case mistakesLinks  // takes the loss of one link's carrier for another's
  case missesAddresses  // does not notice that an address is lost
  case spreadsSilence  // hears a far host by no link while it is silent by one
  case takesUnsentForLost  // does not notice that a probe could not be sent
  case forgetsHosts  // tells the hosts inside nothing of who carries
  case mumbles  // now and then tells its hooks nothing
  case keepsShared  // takes addresses that nodes share for removed
  case setsNoShared  // and for set
  case dicesOrder  // lets chance that is not the seed's reach the trace

  /// The change is not made, and passed off as made.
  func isRefusedSilently(_ change: Change, _ kernel: FakeKernel) -> Bool {
    switch (self, change) {
    case (.emptiesGroups, .addRoute(let route)):
      return route.table >= Ours.table(group: 0) && route.hops.count == 1
    case (.keepsShared, .removeAddress): return true
    case (.setsNoShared, .addAddress(let held)): return held.isShared
    default: return false
    }
  }

  /// No way leads by a member that is not trusted, whoever else there is.
  func holdsBack(_ change: Change, _ kernel: FakeKernel, _ distrusted: [MemberID]) -> Bool {
    guard self == .dampsTheLast, case .addRoute(let route) = change,
      route.table >= Ours.table(group: 0)
    else { return false }
    let names = route.hops.compactMap { kernel.interfaces[$0.interface]?.link.name.text }
    return distrusted.contains { names.contains($0.text.replacing("isp", with: "wan")) }
  }

  /// The file, as the daemon takes it.
  func read(_ configuration: Configuration) -> Configuration {
    guard misreadsGroups else { return configuration }
    var configuration = configuration
    configuration.groups = configuration.groups.map { group in
      Group(
        name: group.name, holding: group.holding,
        members: self == .levels
          ? group.members.map { Member($0.id, tier: 1, weight: $0.weight) } : group.members,
        want: self == .isContent ? 1 : group.want, judge: group.judge,
        failback: read(group.failback), damping: read(group.damping), flows: group.flows,
        match: group.match, lastResort: group.lastResort, hooks: group.hooks)
    }
    return configuration
  }

  private var misreadsGroups: Bool {
    [.ignoresDelays, .ignoresDamping, .dampsAlike, .clings, .levels, .isContent].contains(self)
  }

  private func read(_ failback: Failback) -> Failback {
    switch self {
    case .ignoresDelays where failback != .manual: .auto
    case .clings: .manual
    default: failback
    }
  }

  private func read(_ damping: Damping?) -> Damping? {
    guard let damping else { return nil }
    switch self {
    case .ignoresDamping: return nil
    case .dampsAlike:
      return Damping(base: damping.base, max: damping.base, forget: damping.forget)
    default: return damping
    }
  }

  /// What is removed before this change is made.
  func removals(
    before change: Change, _ kernel: FakeKernel, seen: KernelState
  ) -> [Change] {
    guard self == .removesFirst || (self == .fumbles && kernel.differs(from: seen)),
      case .addRoute(let route) = change
    else { return [] }
    return kernel.routes.filter { $0.isOurs && $0.table == route.table }.map { .removeRoute($0) }
  }
}
