import Config
import Engine
import Model

/// Something that befalls the machine, its links, the network or the daemon.
public enum Incident: Sendable {
  case link(InterfaceName, OfLink)
  case conduct(InterfaceName, Family, Reach, Conduct)
  case cut(InterfaceName, OneWay, Bool)  // nothing goes out, or nothing comes back
  case probesStick(InterfaceName, Bool)  // the kernel cannot send: no buffers
  case kernelRefuses(percent: Int)  // 0: no longer
  case meddling(Meddling)
  case kernelDawdles(Duration)  // it takes so long for each batch of changes
  case laneDrags(Duration)  // files and programs take up to so long each
  case overrun  // the kernel's notices are lost
  case stalls(Duration)  // the daemon gets no CPU
  case clockSteps(Duration)  // the wall clock is set
  case dies(afterChanges: Int, downFor: Duration)
  case strangersAdvertise(InterfaceName, seed: UInt64)  // a storm in small
  case advertiserSpeaks  // this machine's own, to the hosts inside, as ever
  case hostsAsk
  case order(Command)
  case reload(Configuration)

  /// A way that packets take on a link, seen from this machine.
  public enum OneWay: String, Sendable, CaseIterable {
    case out, back
  }

  public enum OfLink: Sendable {
    case carrier(isThere: Bool)
    case admin(isUp: Bool)
    case vanishes
    case appears
    case losesAddress(Family)
    case getsAddress  // from the system, where the system sets it
    case renewed(network: UInt8)  // its lease, to another address and gateway
  }

  /// What is ours, undone by somebody's hand.
  public enum Meddling: Sendable {
    case deletesRoute(pick: UInt64)
    case deletesRule(pick: UInt64)
    case flushesFirewall
  }
}

extension Incident: CustomStringConvertible {
  public var description: String {
    switch self {
    case .link(let name, let incident): "\(name) \(incident)"
    case .conduct(let name, let family, let reach, let conduct):
      "\(family) \(reach.rawValue) by \(name): \(conduct)"
    case .cut(let name, let direction, let isCut):
      switch direction {
      case .out: "\(isCut ? "nothing" : "all") that is sent leaves by \(name)"
      case .back: "\(isCut ? "nothing" : "all") that is sent comes in by \(name)"
      }
    case .probesStick(let name, let sticks):
      "probes by \(name) \(sticks ? "cannot be sent" : "can be sent")"
    case .kernelRefuses(let percent): "the kernel refuses \(percent) % of changes"
    case .kernelDawdles(let duration): "the kernel takes \(duration.text) for changes"
    case .laneDrags(let duration): "files and programs take up to \(duration.text)"
    case .meddling(let meddling): "somebody \(meddling)"
    case .overrun: "the kernel's notices are lost"
    case .stalls(let duration): "the daemon gets no CPU for \(duration.text)"
    case .clockSteps(let step): "the wall clock is set by \(step.text)"
    case .dies(let changes, let duration):
      "the daemon is to be killed after \(changes) changes, for \(duration.text)"
    case .strangersAdvertise(let name, _): "strangers advertise themselves on \(name)"
    case .advertiserSpeaks: "the advertiser prefers all prefixes"
    case .hostsAsk: "hosts ask for routers"
    case .order(let command): "somebody types \(command.line)"
    case .reload(let configuration): "somebody applies \(configuration.summary)"
    }
  }
}

extension Incident.OfLink: CustomStringConvertible {
  public var description: String {
    switch self {
    case .carrier(let isThere): isThere ? "has carrier" : "loses carrier"
    case .admin(let isUp): "is set \(isUp ? "up" : "down")"
    case .vanishes: "vanishes"
    case .appears: "appears"
    case .losesAddress(let family): "loses its \(family.name) address"
    case .getsAddress: "gets its addresses"
    case .renewed(let network): "is given an address and a gateway of network \(network)"
    }
  }
}

extension Incident.Meddling: CustomStringConvertible {
  public var description: String {
    switch self {
    case .deletesRoute: "deletes one of our routes"
    case .deletesRule: "deletes one of our rules"
    case .flushesFirewall: "flushes our nftables table"
    }
  }
}

extension Configuration {
  /// One line for the trace.
  var summary: String {
    let judges = Judges(self)
    let groups = groups.map { group in
      let tiers = Dictionary(grouping: group.members, by: \.tier).sorted { $0.key < $1.key }
        .map { "[" + $0.value.map(\.id.text).joined(separator: ", ") + "]" }
      let checks = judges.checks(of: group.name).map {
        "\($0.every.text)/\($0.timeout.text)/\($0.fall)/\($0.rise)"
      }
      return "\(group.name): \(tiers.joined(separator: ", ")) want \(group.want) "
        + "\(group.failback) \(group.damping.map { "damped \($0.base.text)-\($0.max.text) " } ?? "")"
        + "\(checks.isEmpty ? "unchecked" : checks.joined(separator: " + "))"
    }
    return groups.joined(separator: "; ")
  }
}
