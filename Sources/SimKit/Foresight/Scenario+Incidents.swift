import Config
import Engine
import Model

extension Scenario {
  /// What befalls the simulated machine, and when, from a moment that counts as the beginning.
  func incidents(
    from start: Instant, by configuration: Configuration
  ) -> [(at: Instant, incident: Incident)] {
    var impairments: [UplinkName: Impairments] = [:]
    var incidents: [(at: Instant, incident: Incident)] = []
    for (place, timed) in happenings.enumerated() {
      let at = start + timed.at
      if case .flaps(let name, let every) = timed.what {
        let end = start + nextOfCarrier(name, after: place)
        let interface = configuration.interface(of: name)
        incidents += flaps(every, from: at, until: end).map {
          ($0.at, .link(interface, $0.incident))
        }
      } else {
        incidents += timed.what.incidents(by: configuration, &impairments).map { (at, $0) }
      }
    }
    return incidents
  }

  private func nextOfCarrier(_ name: UplinkName, after place: Int) -> Duration {
    happenings[(place + 1)...].first { timed in
      switch timed.what {
      case .carrier(name, _), .flaps(name, _): true
      default: false
      }
    }?.at ?? end
  }

  /// Gone for one half of the time, there for the other.
  private func flaps(
    _ every: Duration, from start: Instant, until end: Instant
  ) -> [(at: Instant, incident: Incident.OfLink)] {
    var incidents: [(Instant, Incident.OfLink)] = []
    var at = start
    while at < end {
      incidents.append((at, .carrier(isThere: false)))
      incidents.append((at + every / 2, .carrier(isThere: true)))
      at = at + every
    }
    return incidents
  }
}

extension Scenario.Happening {
  fileprivate func incidents(
    by configuration: Configuration, _ impairments: inout [UplinkName: Impairments]
  ) -> [Incident] {
    switch self {
    case .carrier(let name, let isThere):
      return [.link(configuration.interface(of: name), .carrier(isThere: isThere))]
    case .flaps:
      preconditionFailure("a flapping carrier is many incidents, each at its time")
    case .device(let name, let isThere):
      let interface = configuration.interface(of: name)
      return isThere
        ? [.link(interface, .appears), .link(interface, .getsAddress)]
        : [.link(interface, .vanishes)]
    case .address(let name, let isThere):
      let interface = configuration.interface(of: name)
      return isThere
        ? [.link(interface, .getsAddress)]
        : Family.allCases.map { .link(interface, .losesAddress($0)) }
    case .mute(let name, let isBeyondGateway):
      return conducts(
        configuration.interface(of: name), isBeyondGateway ? [.far] : Reach.allCases, .mute)
    case .answers(let name):
      impairments[name] = nil
      return conducts(configuration.interface(of: name), Reach.allCases, .answers)
    case .impaired(let name, let impairment):
      impairments[name, default: Impairments()].take(impairment)
      let conduct = Conduct.impaired(impairments[name] ?? Impairments())
      return conducts(configuration.interface(of: name), Reach.allCases, conduct)
    case .killed(let duration): return [.dies(afterChanges: 0, downFor: duration)]
    case .stalls(let duration): return [.stalls(duration)]
    case .refuses(let percent): return [.kernelRefuses(percent: percent.value)]
    case .overflows: return [.overrun]
    case .clock(let step): return [.clockSteps(step)]
    case .order(let order): return [.order(order.command)]
    }
  }

  private func conducts(
    _ name: InterfaceName, _ reaches: [Reach], _ conduct: Conduct
  ) -> [Incident] {
    Family.allCases.flatMap { family in
      reaches.map { .conduct(name, family, $0, conduct) }
    }
  }
}

extension Impairments {
  fileprivate mutating func take(_ impairment: Scenario.Impairment) {
    switch impairment {
    case .loss(let percent): loss = percent.value
    case .duplication(let percent): duplication = percent.value
    case .delay(let time): delay = time
    case .jitter(let time): jitter = time
    }
  }
}

extension Scenario.Order {
  fileprivate var command: Command {
    switch self {
    case .hold(let group, let member, let isHard): .pin(group, member, isHard: isHard)
    case .failback(let group): .failback(group)
    case .auto(let group): .auto(group)
    case .drain(let member, let isForced): .drain(member, isForced: isForced)
    case .undrain(let member): .undrain(member)
    }
  }
}

extension Configuration {
  /// Of an uplink that the scenario's reader knows.
  fileprivate func interface(of name: UplinkName) -> InterfaceName {
    guard let uplink = uplink(name) else { preconditionFailure("there is no uplink \(name)") }
    return uplink.interface
  }
}
