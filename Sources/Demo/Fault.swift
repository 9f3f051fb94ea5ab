/// What the demo breaks, in this order.
public enum Fault: String, CaseIterable, Sendable {
  case carrier  // the cable of the link in use is pulled
  case mute  // the provider's router falls silent, the carrier stays
  case both  // both links at once
  case kill  // the daemon itself, by kill -9

  var steps: [Step] {
    switch self {
    case .carrier:
      [
        Step(.pull(.isp1), expect: .traffic(by: .isp2, outage: .atOnce)),
        Step(.plug(.isp1), expect: .traffic(by: .isp1, outage: .atOnce)),
      ]
    case .mute:
      [
        Step(.mute(.isp1), expect: .traffic(by: .isp2, outage: .detection)),
        Step(.unmute(.isp1), expect: .traffic(by: .isp1, outage: .atOnce)),
      ]
    case .both:
      [
        Step(.pullBoth, expect: .nothing),
        Step(.plug(.isp2), expect: .traffic(by: .isp2, outage: .recovery)),
        Step(.plug(.isp1), expect: .traffic(by: .isp1, outage: .atOnce)),
      ]
    case .kill:
      [
        Step(.kill, expect: .traffic(by: .isp1, outage: .none)),
        Step(.start, expect: .traffic(by: .isp1, outage: .none)),
      ]
    }
  }
}

/// The two ways to the Internet.
enum Link: String, Sendable, CaseIterable {
  case isp1, isp2
}

/// One thing that is done to the network, and what must come of it.
struct Step: Sendable {
  enum Act: Sendable {
    case pull(Link), plug(Link), pullBoth, mute(Link), unmute(Link), kill, start
  }

  enum Expectation: Sendable {
    /// Nothing can arrive: nothing is counted.
    case nothing
    case traffic(by: Link, outage: Outage)
  }

  /// How long the traffic may stand still.
  enum Outage: Sendable {
    case none  // not one packet may be lost
    case atOnce  // a carrier loss, or a move while both links live
    case detection  // until the check has noticed: every × fall + timeout
    case recovery  // until the check trusts the link again: every × rise + timeout
  }

  let act: Act
  let expectation: Expectation

  init(_ act: Act, expect expectation: Expectation) {
    self.act = act
    self.expectation = expectation
  }

  /// How long to go on counting once the traffic flows: without a daemon, long enough to see
  /// that nobody is missed.
  var dwell: Duration {
    switch act {
    case .kill, .start: .milliseconds(1_500)
    case .pull, .plug, .pullBoth, .mute, .unmute: .milliseconds(500)
    }
  }

  var title: String {
    switch act {
    case .pull(let link): "\(link.rawValue)'s cable pulled"
    case .plug(let link): "\(link.rawValue)'s cable back in"
    case .pullBoth: "both cables pulled"
    case .mute(let link): "\(link.rawValue)'s router mute"
    case .unmute(let link): "\(link.rawValue)'s router answers again"
    case .kill: "daemon ended by kill -9"
    case .start: "daemon started again"
    }
  }
}
