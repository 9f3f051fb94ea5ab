/// A directory or file of ours in the place of the machine's own, for some programs alone: what
/// they read and write outside of the network.
public struct Mount: Hashable, Sendable {
  public let source: String
  public let place: String

  public init(_ source: String, at place: String) {
    self.source = source
    self.place = place
  }
}

extension Namespace {
  /// The command that runs these arguments inside, with these in their places.
  /// - Parameter writesSys: whether /sys can be written there, as on a machine that is no container.
  public func command(
    _ arguments: [String], seeing mounts: [Mount], writesSys: Bool = false
  ) -> [String] {
    // `ip netns exec` has made mounts private, and mounted a /sys of the namespace.
    let lines =
      mounts.map { "mount --bind '\($0.source)' '\($0.place)'" }
      + (writesSys ? ["mount -o remount,rw /sys"] : [])
    return command(["sh", "-c", (lines + ["exec \"$@\""]).joined(separator: " && "), "sh"])
      + arguments
  }
}
