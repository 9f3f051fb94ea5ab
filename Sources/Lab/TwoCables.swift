/// A machine with two cables to one network: `ether1` and `ether2` here, and there a bridge that has
/// 192.0.2.1.
public struct TwoCables: Sendable {
  public static let there = "192.0.2.1"

  public let here: Namespace
  public let there: Namespace
  public let cables: [VethCable]

  public init(between here: Namespace, and there: Namespace) throws {
    self.here = here
    self.there = there
    cables = try (1...2).map {
      try VethCable(from: Port(here, "ether\($0)"), to: Port(there, "ether\($0)"))
    }
    try there.ip(
      "link add lan type bridge", "link set ether1 master lan", "link set ether2 master lan",
      "link set lan up", "addr add \(Self.there)/24 dev lan")
  }
}
