import Checks
import Model

/// What one target of a check says of one link in one family.
public struct CheckReading: Equatable, Sendable {
  public let check: CheckName
  public let family: Family
  public let target: CheckTarget
  public let endpoint: Endpoint?  // who that is; nil: nobody at the moment
  public let health: Health
  public let isSuspect: Bool  // it fails by all links at once, so it says nothing of one
  public let reading: Reading
  public let note: ProbeNote?

  /// `10.10.1.1`, or `gateway` where none is known.
  public var host: String { endpoint.map { "\($0)" } ?? "\(target)" }
}
