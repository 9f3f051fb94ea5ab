import Config
import Model
import Reconcile

extension Examination {
  static let ofRoutes = [routeInOurTable, halfDefault]

  private static let routeInOurTable = Examination(
    "route-in-our-table", sign: "Somebody's route stands in a table of ours (8100–8355)",
    why: "traffic of a group goes where that route says, whoever holds the group"
  ) { patient in
    (patient.facts.kernel?.routes ?? []).filter { !$0.isOurs && Ours.tables.contains($0.table) }
      .sorted().map { route in
        let command = Change.removeRoute(route).line(patient.name)
        return Complaint(
          "somebody put a route to \(route.destination) into table \(route.table)", remedy: command)
      }
  }

  private static let halfDefault = Examination(
    "half-default", .advice,
    sign: "Another route in the main table takes half of the Internet, or a quarter, or an eighth",
    why: "Siaga lets main's longer routes go first, so that half goes there and not by the group"
  ) { patient in
    guard let configuration = patient.configuration else { return [] }
    return patient.facts.wideRoutes.sorted().filter { route in
      configuration.groups.contains { group in
        guard case .route(let prefix) = group.holding else { return false }
        return prefix.length < route.destination.length
          && prefix.family == route.destination.family
      }
    }.map { route in
      let by = route.hops.first.flatMap { patient.name($0.interface) }?.text ?? "somewhere"
      return Complaint(
        "a route to \(route.destination) by \(by) takes its part before any group does, as VPN "
          + "programs mean it",
        remedy: Change.removeRoute(route).line(patient.name) + "  # unless it is meant")
    }
  }
}
