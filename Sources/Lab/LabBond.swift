import Glibc

/// Several links that are one interface: a bond of the kernel's, made by `ip`.
///
/// Its ports are links that stand already; what addresses they have they keep, so they should have
/// none. It goes with its namespace.
public struct LabBond: Hashable, Sendable {
  /// By the numbers that the kernel gives them, from 0.
  public enum Mode: String, CaseIterable, Sendable {
    case balanceRoundRobin = "balance-rr"
    case activeBackup = "active-backup"
    case balanceXOR = "balance-xor"
    case broadcast
    case lacp = "802.3ad"
    case balanceTransmit = "balance-tlb"
    case balanceAdaptive = "balance-alb"
  }

  public let namespace: Namespace
  public let interface: String

  /// Makes it, takes the ports into it, and sets it up.
  /// - Parameters:
  ///   - monitored: how often it looks for its ports' carriers (miimon); whole milliseconds.
  ///   - options: more words of `ip link add … type bond`.
  public init(
    _ interface: String, of ports: [String], on namespace: Namespace, _ mode: Mode,
    monitored: Duration = .milliseconds(100), options: String = ""
  ) throws {
    self.namespace = namespace
    self.interface = interface
    let miimon = monitored.wholeNanoseconds / 1_000_000
    try namespace.ip(
      ["link add \(interface) type bond mode \(mode.rawValue) miimon \(miimon) \(options)"]
        // A link that is up is refused.
        + ports.flatMap { ["link set \($0) down", "link set \($0) master \(interface)"] }
        + ["link set \(interface) up"])
  }

  /// One that somebody else made, or is about to.
  public init(standing interface: String, on namespace: Namespace) {
    self.namespace = namespace
    self.interface = interface
  }

  /// What the kernel tells of it now.
  public func report() throws -> BondFile {
    // The thread's, for /proc/net is of the namespace of the process.
    let path = "/proc/thread-self/net/bonding/\(interface)"
    return try namespace.run {
      BondFile(parsing: try Descriptor(opening: path, O_RDONLY).wholeText())
    }
  }

  /// Waits until what the kernel tells satisfies, and returns that.
  @discardableResult
  public func await(
    _ what: String, within bound: Duration, _ isTrue: (BondFile) -> Bool
  ) throws -> BondFile {
    var last: BondFile?
    try waitUntil("\(interface): \(what)", within: bound, every: .milliseconds(50)) {
      // It may be on its way.
      last = try? report()
      return last.map(isTrue) ?? false
    }
    return try last ?? report()
  }
}
