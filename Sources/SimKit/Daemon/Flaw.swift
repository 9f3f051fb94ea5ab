import Model

/// A way to build the daemon wrongly. Each must be caught by an invariant, or the invariants
/// are worth nothing.
public enum Flaw: String, Sendable, CaseIterable {
  case none
  case ignoresLinks  // neither notices nor carrier reads reach the engine
  case trustsSilence  // does not read its tables again after a silent loss
  case emptiesGroups  // wants no route where only one way is left
  case takesForeign  // deletes what it finds in its tables, whoever made it
  case forgetsRules  // wants no rule that leads to a group's table
  case dicesOrder  // lets chance that is not the seed's reach the trace

  func twisted(_ wanted: Wanted) -> Wanted {
    var twisted = wanted
    switch self {
    case .none, .ignoresLinks, .trustsSilence, .takesForeign, .dicesOrder:
      break
    case .emptiesGroups:
      twisted.routes = wanted.routes.filter {
        $0.table < Ours.table(group: 0) || $0.hops.count > 1
      }
    case .forgetsRules:
      twisted.rules = wanted.rules.filter { $0.priority < Ours.Priority.group(0) }
    }
    return twisted
  }
}
