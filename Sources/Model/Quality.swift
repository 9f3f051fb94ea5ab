/// What the probes of a window must show of a link, besides being answered: how many of them
/// may be lost, and how late and how unevenly the others may be answered.
public struct Quality: Hashable, Sendable {
  public let window: Duration
  public let loss: Limit<Percent>?
  public let latency: Limit<Duration>?  // the mean round trip
  public let jitter: Limit<Duration>?  // the mean difference from one round trip to the next

  /// How many probes fit into a window: with fewer each of them decides too much, and more
  /// are not remembered.
  public static let probes = 5...4_000
  public static let defaultWindow = Duration.seconds(30)

  public init(
    window: Duration = defaultWindow, loss: Limit<Percent>? = nil,
    latency: Limit<Duration>? = nil, jitter: Limit<Duration>? = nil
  ) {
    self.window = window
    self.loss = loss
    self.latency = latency
    self.jitter = jitter
  }

  /// Bad from `down` on; good again only at `up`, so that a link between the two stays as it is.
  public struct Limit<Value: Hashable & Comparable & Sendable>: Hashable, Sendable {
    public let down: Value
    public let up: Value

    public init(down: Value, up: Value) {
      precondition(up < down, "a link that is bad at \(down) cannot be good at \(up)")
      self.down = down
      self.up = up
    }
  }

  /// The three by their keys in the file.
  public enum Measure: String, Hashable, Sendable, CaseIterable {
    case loss, latency, jitter
  }
}

/// Whole hundredths, 0 to 100.
public struct Percent: Hashable, Comparable, Sendable {
  public let value: Int

  public init(_ value: Int) {
    precondition((0...100).contains(value), "\(value) percent")
    self.value = value
  }

  public static func < (left: Percent, right: Percent) -> Bool {
    left.value < right.value
  }
}

extension Percent: CustomStringConvertible {
  /// As the config file writes it.
  public var description: String { "\(value)%" }
}
