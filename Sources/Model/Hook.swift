/// A program that is told when a group has changed.
public struct Hook: Hashable, Sendable {
  public let words: [String]  // the program's absolute path, and its arguments
  public let timeLimit: Duration

  public static let standardTimeLimit = Duration.seconds(30)
  /// How many changes may wait to be told to the hooks of one place.
  public static let mostWaiting = 64

  public init(_ words: [String], timeLimit: Duration = standardTimeLimit) {
    self.words = words
    self.timeLimit = timeLimit
  }
}
