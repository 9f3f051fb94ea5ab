/// Transport protocols by their IANA numbers, and the names that the file and `ip rule` use.
public enum Transport {
  public static let names: [(name: String, number: UInt8)] = [
    ("icmp", 1), ("tcp", 6), ("udp", 17), ("gre", 47), ("esp", 50), ("ah", 51), ("icmpv6", 58),
    ("ospf", 89), ("sctp", 132), ("udplite", 136),
  ]

  /// Those that have ports.
  public static let ported: Set<UInt8> = [6, 17, 132, 136]

  public static func name(of number: UInt8) -> String {
    names.first { $0.number == number }?.name ?? "\(number)"
  }

  public static func number(of name: String) -> UInt8? {
    names.first { $0.name == name }?.number
  }
}
