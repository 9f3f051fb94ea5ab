import Engine
import Model

/// What lies beyond the links: for each a gateway, and one host far behind it. Both answer
/// probes of every kind, or behave badly.
struct FakeNetwork: Sendable {
  struct Reply: Sendable {
    let after: Duration
    let arrival: Arrival
    let interface: InterfaceIndex
  }

  /// Who is asked: by which interface, and whether beyond the gateway.
  struct Place: Hashable, Sendable {
    let interface: InterfaceName
    let family: Family
    let reach: Reach

    static func all(by interface: InterfaceName) -> [Place] {
      Family.allCases.flatMap { family in
        Reach.allCases.map { Place(interface: interface, family: family, reach: $0) }
      }
    }
  }

  /// A host in the Internet that every link can ask.
  static func farHost(_ family: Family) -> IPAddress {
    switch family {
    case .ipv4: .v4(0x0808_0808)
    case .ipv6: .v6(high: 0x2001_4860_4860_0000, low: 0x8888)
    }
  }

  /// No answer that counts takes longer.
  static let slowest = Duration.milliseconds(30)

  private var conducts: [Place: Conduct] = [:]
  private var cuts: [InterfaceName: Set<Incident.OneWay>] = [:]
  private(set) var version = 0
  private var random: RandomSource

  init(seed: UInt64) {
    random = RandomSource(seed: seed)
  }

  mutating func set(_ place: Place, _ conduct: Conduct) {
    conducts[place] = conduct
    version += 1
  }

  mutating func cut(_ name: InterfaceName, _ direction: Incident.OneWay, _ isCut: Bool) {
    if isCut {
      cuts[name, default: []].insert(direction)
    } else {
      cuts[name]?.remove(direction)
    }
    version += 1
  }

  var hasCuts: Bool { !cuts.isEmpty }

  func isCut(_ name: InterfaceName, _ direction: Incident.OneWay) -> Bool {
    cuts[name]?.contains(direction) ?? false
  }

  /// Of whom nothing can be heard, or who cannot be asked, none answers.
  func conduct(_ place: Place) -> Conduct {
    cuts[place.interface]?.isEmpty ?? true ? conducts[place] ?? .answers : .mute
  }

  /// What comes back for a packet that left; `other` is some other link's number.
  mutating func replies(
    to datagram: Datagram, by name: InterfaceName, _ reach: Reach,
    other: @autoclosure () -> InterfaceIndex
  ) -> [Reply] {
    let family = datagram.destination.family
    let honest = honest(to: datagram)
    // What nobody asked for comes in all the same, though nothing goes out.
    if isCut(name, .out) { return [forged(honest, other())] }
    switch conduct(Place(interface: name, family: family, reach: reach)) {
    case .answers: return [honest]
    case .stutters: return [honest, again(honest), again(honest), forged(honest, other())]
    case .mute: return []
    case .loses(let percent): return isDrawn(percent) ? [] : [honest]
    case .impaired(let impairments): return impaired(honest, impairments)
    // Nothing tells which question it answers, so it would count for another.
    case .late where datagram.medium.isOfNeighbors: return []
    case .late:
      return [Reply(honest, after: lateness())]
    case .forges: return [forged(honest, other()), forged(honest, other())]
    }
  }

  /// What comes of a conversation, and when; nil: nothing.
  mutating func outcome(_ place: Place) -> (after: Duration, result: ProbeResult)? {
    switch conduct(place) {
    case .answers, .stutters: (delay(), .ok)
    case .mute: nil
    case .loses(let percent): isDrawn(percent) ? nil : (delay(), .ok)
    case .impaired(let impairments):
      isDrawn(impairments.loss) ? nil : (delay() + lag(impairments), .ok)
    case .late: (lateness(), .ok)
    case .forges: (delay(), .refused("a reset"))
    }
  }

  /// The answer that counts.
  mutating func honest(to datagram: Datagram) -> Reply {
    Reply(after: delay(), arrival: Arrival(answering: datagram), interface: datagram.interface)
  }

  private mutating func delay() -> Duration {
    .microseconds(Int.random(in: 100...30_000, using: &random))
  }

  private mutating func lateness() -> Duration {
    .milliseconds(Int.random(in: 4_000...6_000, using: &random))
  }

  private mutating func impaired(_ reply: Reply, _ impairments: Impairments) -> [Reply] {
    guard !isDrawn(impairments.loss) else { return [] }
    let first = Reply(reply, after: reply.after + lag(impairments))
    guard isDrawn(impairments.duplication) else { return [first] }
    return [first, Reply(reply, after: reply.after + lag(impairments))]
  }

  /// Jitter of more than the pace of packets reorders them.
  private mutating func lag(_ impairments: Impairments) -> Duration {
    let jitter = Int(impairments.jitter.nanoseconds)
    return impairments.delay + .nanoseconds(Int.random(in: 0...jitter, using: &random))
  }

  private mutating func again(_ reply: Reply) -> Reply {
    Reply(reply, after: delay())
  }

  private mutating func isDrawn(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  /// Something that looks like an answer and must not count as one.
  private mutating func forged(_ reply: Reply, _ other: InterfaceIndex) -> Reply {
    let draw = Int.random(in: 0..<8, using: &random)
    return draw == 5
      ? Reply(reply, interface: other) : Reply(reply, arrival: reply.arrival.forged(draw))
  }
}

extension Datagram.Medium {
  fileprivate var isOfNeighbors: Bool {
    switch self {
    case .arp, .neighbor: true
    case .echo, .udp, .vrrp, .peer: false
    }
  }
}

extension FakeNetwork.Reply {
  init(
    _ other: Self, after: Duration? = nil, arrival: Arrival? = nil,
    interface: InterfaceIndex? = nil
  ) {
    self.init(
      after: after ?? other.after, arrival: arrival ?? other.arrival,
      interface: interface ?? other.interface)
  }
}

/// How far a probe goes.
public enum Reach: String, Hashable, Sendable, CaseIterable {
  case gateway, far
}

/// How a host behaves towards probes.
public enum Conduct: Hashable, Sendable {
  case answers
  case stutters  // answers, but also twice, in disorder, and among forgeries
  case loses(percent: Int)
  case impaired(Impairments)
  case mute
  case late  // after every timeout
  case forges  // never answers; sends what looks like answers

  /// What checks should come to think of it; unknown where it depends on luck.
  var truth: Health {
    switch self {
    case .answers, .stutters: .up
    case .loses, .impaired: .unknown
    case .mute, .late, .forges: .down
    }
  }
}

/// What befalls answers on their way, in the words of tc-netem.
public struct Impairments: Hashable, Sendable {
  public var loss = 0  // percent
  public var duplication = 0  // percent
  public var delay = Duration.zero
  public var jitter = Duration.zero  // each is later by up to this

  public init() {}
}
