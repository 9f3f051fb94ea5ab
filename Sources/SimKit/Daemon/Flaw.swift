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
  case givesUp  // takes a refused change for done
  case hearsEchoes  // hears an honest answer to each probe, whatever came
  case losesAnswers  // drops three answers of four
  case takesForeign  // deletes what it finds in its tables, whoever made it
  case dicesOrder  // lets chance that is not the seed's reach the trace

  /// The change is not made, and passed off as made.
  func isRefusedSilently(_ change: Change, _ kernel: FakeKernel) -> Bool {
    guard self == .emptiesGroups, case .addRoute(let route) = change else { return false }
    return route.table >= Ours.table(group: 0) && route.hops.count == 1
  }

  /// What is removed before this change is made.
  func removals(before change: Change, _ kernel: FakeKernel) -> [Change] {
    guard self == .removesFirst, case .addRoute(let route) = change else { return [] }
    return kernel.routes.filter { $0.isOurs && $0.table == route.table }.map { .removeRoute($0) }
  }
}
