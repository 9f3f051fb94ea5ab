import Model

/// What is to happen on a simulated network, and what is expected of it: a small file of its own,
/// read for a configuration.
///
///     at 10s: isp1 carrier down
///     check at 12s: internet held by isp2, outage under 500ms
///     at 30s: [isp2 loss 40%, isp2 delay 80ms]
///     until: 2m
public struct Scenario: Hashable, Sendable {
  /// Something at its time, and where it stands in the file.
  public struct Timed<What: Hashable & Sendable>: Hashable, Sendable {
    public let at: Duration  // since the daemon has judged everything
    public let what: What
    public let text: String  // as the file has it
    public let position: ConfigPosition

    public init(at: Duration, what: What, text: String, position: ConfigPosition) {
      self.at = at
      self.what = what
      self.text = text
      self.position = position
    }
  }

  public enum Happening: Hashable, Sendable {
    case carrier(UplinkName, isThere: Bool)
    case flaps(UplinkName, every: Duration)  // until it is told otherwise
    case device(UplinkName, isThere: Bool)  // it comes back under another number
    case address(UplinkName, isThere: Bool)
    case mute(UplinkName, isBeyondGateway: Bool)
    case impaired(UplinkName, Impairment)
    case answers(UplinkName)  // nothing impairs it any more
    case killed(downFor: Duration)  // the daemon
    case stalls(Duration)  // the daemon
    case refuses(Percent)  // the kernel, of all changes
    case overflows  // the kernel's notices are lost
    case clock(Duration)  // the wall clock is set forward, or back
    case order(Order)
  }

  /// What becomes of answers by a link, in the words of tc-netem.
  public enum Impairment: Hashable, Sendable {
    case loss(Percent)
    case duplication(Percent)
    case delay(Duration)
    case jitter(Duration)
  }

  /// What an operator types.
  public enum Order: Hashable, Sendable {
    case hold(GroupName, MemberID, isHard: Bool)
    case failback(GroupName)
    case auto(GroupName)
    case drain(MemberID, isForced: Bool)
    case undrain(MemberID)
  }

  public enum Expectation: Hashable, Sendable {
    case held(GroupName, by: [MemberID])
    case state(GroupName, GroupState)
    case outage(GroupName, under: Duration)  // since it was last checked, or since the start
    case switches(GroupName, atMost: Int)  // since the start
    case health(UplinkName, Health)
  }

  public let happenings: [Timed<Happening>]  // by time
  public let expectations: [Timed<Expectation>]  // by time
  public let end: Duration
  public let seed: UInt64

  public init(
    happenings: [Timed<Happening>], expectations: [Timed<Expectation>], end: Duration,
    seed: UInt64
  ) {
    self.happenings = happenings
    self.expectations = expectations
    self.end = end
    self.seed = seed
  }

  /// What is not said of `until`: so long after the last thing that happens or is checked.
  static let epilogue = Duration.seconds(60)
  static let longest = Duration.seconds(86_400)
  static let mostEntries = 1_000
}
