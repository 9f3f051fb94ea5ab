import Config
import Engine
import Model

/// Weather that comes in series, and weather that tries what policies promise. It is drawn aside.
struct Trials {
  private typealias Series = [(at: Instant, incident: Incident)]

  private let site: Site
  private let span: Range<Instant>
  private var random: RandomSource

  init(of site: Site, in span: Range<Instant>, random: RandomSource) {
    self.site = site
    self.span = span
    self.random = random
  }

  mutating func drawn() -> [(at: Instant, incident: Incident)] {
    clockSteps() + looseContact() + discovery() + impairments() + cuts() + renewals() + delays()
      + reloads()
  }

  /// An hour of summer time, a minute, or who knows how much.
  private mutating func clockSteps() -> Series {
    guard oneIn(3) else { return [] }
    return (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let steps = [3_600, -3_600, 60, -60, Int.random(in: -86_400...86_400, using: &random)]
      let step = Duration.seconds(steps.randomElement(using: &random) ?? 0)
      return (moment(), .clockSteps(step))
    }
  }

  /// A cable that goes and comes many times in a row, at whatever rate.
  private mutating func looseContact() -> Series {
    guard !oneIn(4) else { return [] }
    // Mostly the first, which holds most of the time.
    let name = oneIn(3) ? interface() : site.accesses[0].interface
    var at = moment()
    let pace = [1, 3, 10, 30, 100, 300, 1_000, 3_000].randomElement(using: &random) ?? 0
    return (0..<Int.random(in: 6...30, using: &random)).map { turn in
      at = at + .microseconds(Int.random(in: pace * 100...pace * 2_000, using: &random))
      return (at, .link(name, .carrier(isThere: !turn.isMultiple(of: 2))))
    }
  }

  /// Strangers in storms, an advertiser that repeats itself, and hosts that ask.
  private mutating func discovery() -> Series {
    guard site.accesses.contains(where: { $0.address6 != nil }) else { return [] }
    let names = site.accesses.map(\.interface) + [Site.lan]
    return (0..<Int.random(in: 1...6, using: &random)).flatMap { _ -> Series in
      let name = names.randomElement(using: &random) ?? Site.lan
      return [
        (moment(), .strangersAdvertise(name, seed: random.next())),
        (moment(), .advertiserSpeaks), (moment(), .hostsAsk),
      ]
    }
  }

  /// A line that delays answers, scatters them so that they overtake each other, doubles and loses
  /// some.
  private mutating func impairments() -> Series {
    (0..<Int.random(in: 0...3, using: &random)).flatMap { _ -> Series in
      var impairments = Impairments()
      if oneIn(2) { impairments.loss = Int.random(in: 1...60, using: &random) }
      if oneIn(2) { impairments.duplication = Int.random(in: 1...100, using: &random) }
      if oneIn(2) { impairments.delay = milliseconds(1...800) }
      if oneIn(2) { impairments.jitter = milliseconds(1...2_000) }
      let (name, family) = (interface(), family())
      let reaches: [Reach] = oneIn(2) ? Reach.allCases : [.far]
      let (at, end) = (moment(), milliseconds(500...20_000))
      return reaches.flatMap { reach -> Series in
        [
          (at, .conduct(name, family, reach, .impaired(impairments))),
          (at + end, .conduct(name, family, reach, .answers)),
        ]
      }
    }
  }

  /// Probes leave and no answer comes; or what nobody asked for comes, and nothing leaves.
  private mutating func cuts() -> Series {
    (0..<Int.random(in: 0...2, using: &random)).flatMap { _ -> Series in
      let direction: Incident.OneWay = oneIn(2) ? .out : .back
      let (name, at) = (interface(), moment())
      return [
        (at, .cut(name, direction, true)),
        (at + milliseconds(20...20_000), .cut(name, direction, false)),
      ]
    }
  }

  /// Leases end, and others begin.
  private mutating func renewals() -> Series {
    let names = site.accesses.filter(\.tellsGateway).map(\.interface)
    guard let name = names.randomElement(using: &random) else { return [] }
    return (0..<Int.random(in: 0...3, using: &random)).map { _ in
      (moment(), .link(name, .renewed(network: UInt8.random(in: 1...3, using: &random))))
    }
  }

  /// A kernel that answers late, and programs that take their time.
  private mutating func delays() -> Series {
    guard oneIn(2) else { return [] }
    let (at, later) = (moment(), moment())
    return [
      (at, .kernelDawdles(milliseconds(1...400))),
      (at + milliseconds(100...5_000), .kernelDawdles(.zero)),
      (later, .laneDrags(milliseconds(100...1_000))),
      (later + milliseconds(100...10_000), .laneDrags(.zero)),
    ]
  }

  /// Somebody applies another file, also just when a link goes: before the daemon hears of that,
  /// in the same turn, or in the turns in which the kernel still refuses what follows.
  private mutating func reloads() -> Series {
    (0..<Int.random(in: 0...3, using: &random)).flatMap { _ -> Series in
      let (name, at) = (oneIn(2) ? interface() : site.accesses[0].interface, moment())
      let reload: Series = [
        (
          at + .microseconds(Int.random(in: 0...4_000, using: &random)),
          .reload(site.configuration(random: &random))
        )
      ]
      let loss: Series = [
        (at, .link(name, .carrier(isThere: false))),
        (at + milliseconds(1...8_000), .link(name, .carrier(isThere: true))),
      ]
      let refusal: Series = [
        (at, .kernelRefuses(percent: 50)), (at + milliseconds(2...500), .kernelRefuses(percent: 0)),
      ]
      return reload + (oneIn(4) ? [] : loss) + (oneIn(3) ? refusal : [])
    }
  }
}

// MARK: - Luck

extension Trials {
  private mutating func interface() -> InterfaceName {
    site.accesses[Int.random(in: site.accesses.indices, using: &random)].interface
  }

  private mutating func family() -> Family {
    oneIn(3) ? .ipv6 : .ipv4
  }

  private mutating func oneIn(_ count: Int) -> Bool {
    Int.random(in: 0..<count, using: &random) == 0
  }

  private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(Int.random(in: range, using: &random))
  }

  private mutating func moment() -> Instant {
    let length = (span.upperBound - span.lowerBound).nanoseconds
    return span.lowerBound + .nanoseconds(Int64.random(in: 0..<length, using: &random))
  }
}
