import Model

/// When to ask a link for its routers (RFC 4861 §6.3.7).
///
///   idle ── a router is lacking ──► asks: within a second, and twice more, 4 s apart
///    ▲                                │                        │ 4 s after the last
///    └───────── none is lacking ◄─────┴──────────────────────► over
///
/// A router that is known but has not spoken is lacking too: until it is over, nobody who speaks up
/// takes its place.
///
/// Deviation: the first question waits half a second at least, for the kernel may ask itself.
struct RouterSearch: Equatable, Sendable {
  static let most = 3
  static let interval = Duration.seconds(4)

  private enum State: Equatable {
    case idle
    case asks(asked: Int, next: Instant)
    case over
  }

  private var state = State.idle

  var isOver: Bool { state == .over }

  mutating func looked(isLacking: Bool, at now: Instant, random: inout RandomSource) {
    switch (state, isLacking) {
    case (.idle, true):
      let delay = Int.random(in: 500...1_000, using: &random)
      state = .asks(asked: 0, next: now + .milliseconds(delay))
    case (_, false):
      state = .idle
    case (.asks, true), (.over, true):
      break
    }
  }

  enum Step: Equatable {
    case none, ask, giveUp
  }

  mutating func woke(at now: Instant) -> Step {
    guard case .asks(let asked, let next) = state, next <= now else { return .none }
    guard asked < Self.most else {
      state = .over
      return .giveUp
    }
    state = .asks(asked: asked + 1, next: now + Self.interval)
    return .ask
  }

  var nextWake: Instant? {
    if case .asks(_, let next) = state { next } else { nil }
  }
}
