/// How many bytes may be spent in a time, as for probes by a metered link.
public struct ByteBudget: Hashable, Sendable {
  public enum Period: String, Hashable, Sendable, CaseIterable {
    case hour, day, month

    public var duration: Duration {
      switch self {
      case .hour: .seconds(3_600)
      case .day: .seconds(86_400)
      case .month: .seconds(30 * 86_400)
      }
    }
  }

  public let bytes: Int
  public let period: Period

  public init(bytes: Int, per period: Period) {
    self.bytes = bytes
    self.period = period
  }

  /// Units of a thousand, as providers count.
  public static let units: [(name: String, bytes: Int)] = [
    ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
  ]
}

extension ByteBudget: CustomStringConvertible {
  /// `10MB/day`
  public var description: String {
    let unit = Self.units.last { bytes % $0.bytes == 0 && bytes >= $0.bytes }
    return (unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B") + "/\(period.rawValue)"
  }
}

extension CheckDefinition {
  /// What one probe and its answer put on the link, headers of IP included. What a program sends
  /// nobody knows, so it counts for nothing.
  public func bytesPerProbe(_ family: Family) -> Int {
    let header = family == .ipv4 ? 20 : 40
    switch kind {
    case .ping: return 2 * (header + 8 + 16)
    case .arp: return family == .ipv4 ? 2 * 28 : 2 * (header + 32)
    case .tcp: return 3 * header + 24 + 24 + 20  // SYN and its answer with an option, RST
    case .dns(let question): return 2 * (header + 8 + 12 + "\(question.name)".utf8.count + 6) + 64
    case .exec, .file, .wifi: return 0
    }
  }
}
