import Config
import Model

/// Which part of a group's packets gets through, over time: by the routes in the kernel, and by the
/// network as it really is.
struct Passage: Sendable {
  /// A time in which not all of them did.
  struct Gap: Sendable {
    let group: GroupName
    let from: Instant
    fileprivate(set) var until: Instant?  // nil: it goes on
    let isWhole: Bool  // none got through
  }

  private(set) var gaps: [Gap] = []
  private var open: [GroupName: Int] = [:]

  mutating func looked(_ truth: Truth, _ network: FakeNetwork, at now: Instant) {
    for holding in truth.holdings { looked(holding, network, at: now) }
  }

  private mutating func looked(_ holding: Truth.Holding, _ network: FakeNetwork, at now: Instant) {
    let name = holding.group.name
    let passing = holding.way.filter { holding.passes(by: $0, network) }
    let isWhole = passing.isEmpty ? true : passing.count < holding.way.count ? false : nil
    if let place = open[name] {
      guard gaps[place].isWhole != isWhole else { return }
      gaps[place].until = now
      open[name] = nil
    }
    guard let isWhole else { return }
    open[name] = gaps.count
    gaps.append(Gap(group: name, from: now, until: nil, isWhole: isWhole))
  }

  /// How long nothing, or only a part, got through between two moments.
  func lost(_ group: GroupName, whole: Bool, from start: Instant, to end: Instant) -> Duration {
    gaps.filter { $0.group == group && $0.isWhole == whole }.reduce(.zero) { sum, gap in
      let (from, until) = (max(gap.from, start), min(gap.until ?? end, end))
      return until > from ? sum + (until - from) : sum
    }
  }

  /// Nothing got through at that moment.
  func isLost(_ group: GroupName, at moment: Instant) -> Bool {
    gaps.contains { gap in
      gap.group == group && gap.isWhole && gap.from < moment
        && gap.until.map { $0 >= moment } ?? true
    }
  }
}

extension Truth.Holding {
  fileprivate func passes(by name: InterfaceName, _ network: FakeNetwork) -> Bool {
    let place = FakeNetwork.Place(
      interface: name, family: family, reach: .far)
    return seats.contains { $0.interface == name && $0.isUsable } && network.conduct(place).passes
  }
}

extension Conduct {
  /// Packets get through, if perhaps not all of them.
  fileprivate var passes: Bool {
    switch self {
    case .answers, .stutters, .loses, .late: true
    case .impaired(let impairments): impairments.loss < 100
    case .mute, .forges: false
    }
  }
}
