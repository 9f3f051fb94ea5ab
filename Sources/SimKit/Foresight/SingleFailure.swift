import Config
import Model

/// One thing that fails in otherwise calm weather, and comes back.
public enum SingleFailure: Hashable, Sendable {
  case carrier(UplinkName)  // its cable is out
  case silence(UplinkName)  // nobody answers by it, its router neither
  case beyond(UplinkName)  // its router answers, and nobody behind it does

  public var uplink: UplinkName {
    switch self {
    case .carrier(let name), .silence(let name), .beyond(let name): name
    }
  }

  public static func all(of configuration: Configuration) -> [SingleFailure] {
    configuration.uplinks.flatMap { [.carrier($0.name), .silence($0.name), .beyond($0.name)] }
  }

  /// Of different links: two failures of one are one.
  public static func pairs(of configuration: Configuration) -> [[SingleFailure]] {
    let all = all(of: configuration)
    return all.indices.flatMap { first in
      all[(first + 1)...].filter { $0.uplink != all[first].uplink }.map { [all[first], $0] }
    }
  }
}

extension SingleFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .carrier(let name): "\(name) loses its carrier"
    case .silence(let name): "nobody answers by \(name)"
    case .beyond(let name): "nobody answers beyond \(name)'s gateway"
    }
  }
}

extension SingleFailure {
  func incidents(by name: InterfaceName, isOver: Bool) -> [Incident] {
    let reaches: [Reach]
    switch self {
    case .carrier: return [.link(name, .carrier(isThere: isOver))]
    case .silence: reaches = [.gateway, .far]
    case .beyond: reaches = [.far]
    }
    return Family.allCases.flatMap { family in
      reaches.map { .conduct(name, family, $0, isOver ? .answers : .mute) }
    }
  }
}
