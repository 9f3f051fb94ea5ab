import Model
import Reconcile

/// A way to build the daemon wrongly. Each must be caught by an invariant, or the invariants
/// are worth nothing.
public enum Flaw: String, Sendable, CaseIterable {
  case none
  case ignoresLinks  // neither notices nor carrier reads reach the engine
  case trustsSilence  // does not read its tables again after a silent loss
  case emptiesGroups  // wants no route where only one way is left
  case removesFirst  // applies removals before additions
  case givesUp  // takes a refused change for done
  case hearsEchoes  // hears an honest answer to each probe, whatever came
  case losesAnswers  // drops three answers of four
  case takesForeign  // deletes what it finds in its tables, whoever made it
  case dicesOrder  // lets chance that is not the seed's reach the trace

  func twisted(_ wanted: Wanted) -> Wanted {
    guard self == .emptiesGroups else { return wanted }
    var twisted = wanted
    twisted.routes = wanted.routes.filter { $0.table < Ours.table(group: 0) || $0.hops.count > 1 }
    return twisted
  }

  func twisted(_ due: [Change], _ observed: KernelState, _ wanted: Wanted) -> [Change] {
    guard self == .removesFirst else { return due }
    return observed.changes(to: wanted).filter { $0.lane == .netlink }.reversed()
  }

  func twisted(_ failure: ChangeFailure?) -> ChangeFailure? {
    self == .givesUp ? nil : failure
  }
}
