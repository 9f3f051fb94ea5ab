import Model
import Wire

/// The routers that advertise themselves on one link, as a host knows them (RFC 4861 §6.3.4).
///
///   unheard ── lifetime > 0 ──► lives ── lifetime 0, or its time is over ──► ended
///                               │   ▲                                         │
///                               └───┴──────────── lifetime > 0 ◄──────────────┘
///
/// Who was heard first is the link's router until it has ended, whoever else speaks up: what is
/// forged displaces nobody. Then the most preferred takes its place (RFC 4191), among those the
/// first heard. There is room for a few; once that is full of such as live, newcomers are passed
/// over, so a storm of strangers costs no memory and takes nobody's place.
struct RouterWatch: Equatable, Sendable {
  static let most = 4

  private struct Router: Equatable, Sendable {
    let address: IPAddress
    var preference: RouterAdvertisement.Preference
    var end: Instant?  // nil: it has ended
  }

  private var routers: [Router] = []  // as they were heard
  private(set) var chosen: IPAddress?

  /// It was one, and said itself that it is none any more, or not for how long.
  func hasEnded(_ router: IPAddress) -> Bool {
    routers.contains { $0.address == router && $0.end == nil }
  }

  func lives(_ router: IPAddress) -> Bool {
    routers.contains { $0.address == router && $0.end != nil }
  }

  /// - Parameter gateway: that the link goes by, whoever told of it.
  /// - Returns: whether something is another than before, beside when it ends.
  mutating func heard(
    _ advertisement: RouterAdvertisement, from address: IPAddress, gateway: IPAddress?,
    at now: Instant
  ) -> Bool {
    let before = (chosen, ended)
    let end = advertisement.lifetime > .zero ? now + advertisement.lifetime : nil
    let router = Router(address: address, preference: advertisement.preference, end: end)
    if let place = routers.firstIndex(where: { $0.address == address }) {
      routers[place] = router
    } else if end != nil || address == gateway {
      take(router)
    }
    choose()
    return before != (chosen, ended)
  }

  private mutating func take(_ router: Router) {
    if routers.count >= Self.most {
      guard let place = routers.firstIndex(where: { $0.end == nil }) else { return }
      routers.remove(at: place)
    }
    routers.append(router)
  }

  /// - Returns: whether one has ended.
  mutating func woke(at now: Instant) -> Bool {
    let before = ended
    for place in routers.indices {
      if let end = routers[place].end, end <= now { routers[place].end = nil }
    }
    choose()
    return ended != before
  }

  private mutating func choose() {
    let living = routers.filter { $0.end != nil }
    if living.contains(where: { $0.address == chosen }) { return }
    let best = living.map(\.preference).max()
    chosen = living.first { $0.preference == best }?.address
  }

  private var ended: [IPAddress] { routers.filter { $0.end == nil }.map(\.address) }

  var nextWake: Instant? { routers.compactMap(\.end).min() }
}
