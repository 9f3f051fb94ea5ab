import Model
import Wire

extension KernelReader {
  /// Others' routes of the main table to a half, a quarter or an eighth of all there is, as VPN
  /// programs make them to stand before a default.
  public func wideRoutes() throws(SystemError) -> [Route] {
    var routes: [Route] = []
    for family in Family.allCases {
      try dump(
        RouteMessage.dump(family: family, table: Ours.mainTable, sequence: nextSequence())
      ) { (body) throws(DecodeError) in
        guard (1...3).contains(try RouteMessage.Glance(body).destinationLength),
          let route = try RouteMessage(parsing: body).route, route.table == Ours.mainTable,
          !route.isOurs
        else { return }
        routes.append(route)
      }
    }
    return routes
  }
}
