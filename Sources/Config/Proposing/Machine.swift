import Model

/// A machine as it stands, as far as a first file for it goes.
public struct Machine: Sendable {
  public let name: String
  public let kernel: KernelState
  public let forwards: PerFamily<Bool>

  public init(name: String, kernel: KernelState, forwards: PerFamily<Bool>) {
    self.name = name
    self.kernel = kernel
    self.forwards = forwards
  }
}

extension Machine {
  /// A default route, and what makes it one that leads out.
  struct Default {
    enum Place: Hashable, Comparable {
      case main(metric: UInt32)
      case ours(table: UInt32)  // a daemon runs here, or ran
      case elsewhere(table: UInt32, metric: UInt32)
    }

    let place: Place
    let route: Route
  }

  /// In the order in which the system would take them, as far as that can be told.
  func defaults(_ family: Family) -> [Default] {
    let foreign = kernel.foreignDefaults.map { route in
      let place: Default.Place =
        route.table == Ours.mainTable
        ? .main(metric: route.metric) : .elsewhere(table: route.table, metric: route.metric)
      return Default(place: place, route: route)
    }
    let own = kernel.routes.filter(\.isWayOfUplink).map {
      Default(place: .ours(table: $0.table), route: $0)
    }
    return (foreign + own).filter { $0.route.destination.family == family }
      .sorted { ($0.place, $0.route) < ($1.place, $1.route) }
  }

  /// Addresses that others can reach, sorted.
  func addresses(on link: Link) -> [HeldAddress] {
    kernel.addresses(on: link.index).filter {
      $0.address.family == .ipv4 || !$0.address.address.isLinkLocal
    }
  }
}

extension Route {
  fileprivate var isWayOfUplink: Bool {
    isOurs && kind == .unicast && destination.length == 0
      && (Ours.table(uplink: 0)..<Ours.table(group: 0)).contains(table)
  }
}
