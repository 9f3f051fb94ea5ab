/// When a better tier gets the holding back from a worse one that can hold it.
public enum Failback: Hashable, Sendable {
  case auto
  case manual
  /// Once the better member has been good for `after`, and, with a window, while it is open.
  case delayed(after: Duration, between: DailyWindow?)

  /// The part of the day outside of which nothing is given back.
  public var window: DailyWindow? {
    switch self {
    case .auto, .manual: nil
    case .delayed(_, let window): window
    }
  }
}

extension Failback: CustomStringConvertible {
  /// `auto`, `manual`, `after 1m, between 01:00-05:00`
  public var description: String {
    switch self {
    case .auto: "auto"
    case .manual: "manual"
    case .delayed(let after, nil): "after \(after.text)"
    case .delayed(.zero, let window?): "between \(window)"
    case .delayed(let after, let window?): "after \(after.text), between \(window)"
    }
  }
}
