import Checks
import Model

/// What one check says of one link.
public struct CheckReading: Equatable, Sendable {
  public let check: CheckName
  public let target: IPAddress
  public let health: Health
  public let reading: Reading
  public let note: String?  // the last error in the way of probing
}
