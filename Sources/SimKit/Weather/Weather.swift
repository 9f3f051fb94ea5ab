import Config
import Engine
import Model

/// Draws what is to befall a site, and when. Whatever breaks is mended again after a while,
/// and at the end there is calm.
struct Weather: Sendable {
  private(set) var schedule: [(at: Instant, incident: Incident)] = []
  private(set) var mending: [(at: Instant, incident: Incident)] = []  // at the end
  private let site: Site
  private var random: RandomSource

  init(site: Site, from start: Instant, for duration: Duration, seed: UInt64) {
    self.site = site
    random = RandomSource(seed: seed)
    var at = start
    let end = start + duration
    while true {
      // Bursts of a few milliseconds, and long pauses.
      at = at + (oneIn(3) ? milliseconds(0...40) : milliseconds(200...4_000))
      guard at < end else { break }
      draw(at)
    }
    if site.policies == .drawn {
      var trials = Trials(of: site, in: start..<end, random: random.aside)
      schedule += trials.drawn()
    }
    calm(end)
  }

  private mutating func draw(_ at: Instant) {
    let name = site.accesses[Int.random(in: site.accesses.indices, using: &random)].interface
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<14: passing(at, name, .carrier(isThere: false), .carrier(isThere: true))
    case 14..<20: passing(at, name, .admin(isUp: false), .admin(isUp: true))
    case 20..<25: vanish(name, at)
    case 25..<31: passing(at, name, .losesAddress(family()), .getsAddress)
    case 31..<52: misconduct(name, at)
    case 52..<55: passing(at, .probesStick(name, true), .probesStick(name, false))
    case 55..<59: refusal(at)
    case 59..<63: add(at, .meddling(.deletesRoute(pick: random.next())))
    case 63..<66: add(at, .meddling(.deletesRule(pick: random.next())))
    case 66..<68: add(at, .meddling(.flushesFirewall))
    case 68..<72: add(at, .overrun)
    case 72..<76: add(at, .stalls(milliseconds(1...8_000)))
    case 76..<82:
      let changes = Int.random(in: 0...8, using: &random)
      add(at, .dies(afterChanges: changes, downFor: milliseconds(1...4_000)))
    case 82..<97: add(at, .order(command()))
    default: add(at, .reload(site.configuration(random: &random)))
    }
  }

  /// What breaks, and is whole again after a while.
  private mutating func passing(_ at: Instant, _ bad: Incident, _ good: Incident) {
    add(at, bad)
    add(at + (oneIn(3) ? milliseconds(1...60) : milliseconds(60...20_000)), good)
  }

  private mutating func passing(
    _ at: Instant, _ name: InterfaceName, _ bad: Incident.OfLink, _ good: Incident.OfLink
  ) {
    passing(at, .link(name, bad), .link(name, good))
  }

  private mutating func vanish(_ name: InterfaceName, _ at: Instant) {
    let back = at + milliseconds(5...10_000)
    passing(at, name, .vanishes, .appears)
    add(back, .link(name, .appears))
    add(back + milliseconds(0...500), .link(name, .getsAddress))
  }

  private mutating func misconduct(_ name: InterfaceName, _ at: Instant) {
    let reach: Reach = Bool.random(using: &random) ? .gateway : .far
    let bad: [Conduct] = [
      .mute, .mute, .late, .forges, .stutters,
      .loses(percent: Int.random(in: 5...80, using: &random)),
    ]
    let conduct = bad.randomElement(using: &random) ?? .mute
    let family = family()
    add(at, .conduct(name, family, reach, conduct))
    add(at + milliseconds(50...30_000), .conduct(name, family, reach, .answers))
  }

  private mutating func refusal(_ at: Instant) {
    add(at, .kernelRefuses(percent: [20, 50, 100].randomElement(using: &random) ?? 100))
    add(at + milliseconds(10...3_000), .kernelRefuses(percent: 0))
  }

  private mutating func command() -> Command {
    let groups: [GroupName] = ["internet", "internet", "internet6", "partner"]
    let group = groups.randomElement(using: &random) ?? "internet"
    let number = Int.random(in: 1...site.accesses.count, using: &random)
    let member = MemberID.uplink(UplinkName("isp\(number)"))
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: return .pin(group, member, isHard: false)
    case 2: return .pin(group, member, isHard: true)
    case 3, 4: return .failback(group)
    case 5, 6: return .auto(group)
    case 7: return .drain(member, isForced: Bool.random(using: &random))
    default: return .undrain(member)
    }
  }

  /// Everything is mended; in half of the cases operators take their orders back too.
  private mutating func calm(_ at: Instant) {
    // What is due later would break the calm; mending again does no harm.
    schedule.removeAll { $0.at >= at }
    mend(at, .kernelRefuses(percent: 0))
    mend(at, .kernelDawdles(.zero))
    mend(at, .laneDrags(.zero))
    // Whoever said otherwise before has been contradicted by then.
    mend(at, .advertiserSpeaks)
    let takesBack = Bool.random(using: &random)
    for (number, access) in site.accesses.enumerated() {
      let name = access.interface
      mend(at, .link(name, .appears))
      mend(at, .link(name, .admin(isUp: true)))
      mend(at, .link(name, .carrier(isThere: true)))
      mend(at, .link(name, .getsAddress))
      mend(at, .probesStick(name, false))
      for direction in Incident.OneWay.allCases { mend(at, .cut(name, direction, false)) }
      for place in FakeNetwork.Place.all(by: name) {
        mend(at, .conduct(name, place.family, place.reach, .answers))
      }
      if takesBack { mend(at, .order(.undrain(.uplink(UplinkName("isp\(number + 1)"))))) }
    }
    guard takesBack else { return }
    for group: GroupName in ["internet", "internet6", "partner"] { mend(at, .order(.auto(group))) }
  }

  private mutating func mend(_ at: Instant, _ incident: Incident) {
    mending.append((at, incident))
  }

  private mutating func add(_ at: Instant, _ incident: Incident) {
    schedule.append((at, incident))
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
}
