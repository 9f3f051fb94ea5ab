import Config
import Engine
import Model

/// A way to build a node's daemon wrongly. As `Flaw`, each must be caught.
public enum NodeFlaw: String, Sendable, CaseIterable {
  case none
  case keepsAddresses  // takes a removed address for gone without removing it
  case holdsNothing  // takes an added address for set without adding it
  case dawdles  // what it says leaves 30 ms late
  case doubtsSilence  // waits for twice as many heartbeats as the file says
  case announcesNothing
  case comesBack  // takes manual failback for automatic
  case staysAway  // and automatic for manual
  case forgetsOrders  // to switch
  case isDeaf  // now and then hears nothing for a while

  /// The file, as the daemon takes it.
  func read(_ configuration: Configuration) -> Configuration {
    var configuration = configuration
    switch self {
    case .doubtsSilence:
      configuration.cluster?.fall *= 2
    case .comesBack, .staysAway:
      configuration.groups = configuration.groups.map { group in
        Group(
          name: group.name, holding: group.holding, members: group.members,
          failback: self == .comesBack ? .auto : .manual, damping: nil, needs: group.needs)
      }
    case .none, .keepsAddresses, .holdsNothing, .dawdles, .announcesNothing, .forgetsOrders,
      .isDeaf:
      break
    }
    return configuration
  }

  /// How changes of addresses are passed off as made.
  var ofShell: Flaw {
    switch self {
    case .keepsAddresses: .keepsShared
    case .holdsNothing: .setsNoShared
    case .forgetsOrders: .forgetsPins
    case .none, .dawdles, .doubtsSilence, .announcesNothing, .comesBack, .staysAway, .isDeaf:
      .none
    }
  }

  /// How much later what it says leaves.
  var dawdling: Duration { self == .dawdles ? .milliseconds(30) : .zero }

  func swallows(_ datagram: Datagram, at now: Instant) -> Bool {
    switch self {
    case .announcesNothing, .holdsNothing: datagram.medium == .arp
    case .isDeaf: now.nanoseconds / 1_000_000 % 9_000 > 4_500
    case .none, .keepsAddresses, .dawdles, .doubtsSilence, .comesBack, .staysAway,
      .forgetsOrders:
      false
    }
  }
}
