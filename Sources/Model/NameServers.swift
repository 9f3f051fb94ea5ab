/// Whom programs on this machine are to ask for names.
public struct NameServers: Hashable, Sendable {
  /// Where they are told.
  public enum Place: Hashable, Sendable {
    case system  // wherever this machine keeps them
    case file(String)  // as resolv.conf(5) has them
  }

  /// Those that are reached by one link.
  public struct Source: Hashable, Sendable {
    public let interface: InterfaceName
    public let servers: [IPAddress]

    public init(interface: InterfaceName, servers: [IPAddress]) {
      self.interface = interface
      self.servers = servers
    }
  }

  public let place: Place
  public let sources: [Source]  // the best first

  public init(place: Place, sources: [Source]) {
    self.place = place
    self.sources = sources
  }

  /// The first of each source, then the second of each: programs ask three at most.
  public var inTurn: [(server: IPAddress, interface: InterfaceName)] {
    var known: Set<IPAddress> = []
    return (0..<(sources.map(\.servers.count).max() ?? 0)).flatMap { place in
      sources.filter { place < $0.servers.count }.map { ($0.servers[place], $0.interface) }
    }.filter { known.insert($0.server).inserted }
  }
}

// MARK: - As resolv.conf(5) has them

extension NameServers {
  private static let header =
    "# The name servers are written by siaga, by who holds the default routes. All else stays as it was."

  /// A file with these, in which whatever else was in it stays.
  /// - Parameter present: what is there now.
  public func text(over present: String) -> String {
    let kept = present.split(separator: "\n").filter { line in
      line != Self.header && line.split(whereSeparator: \.isWhitespace).first != "nameserver"
    }
    let servers = inTurn.map { server, interface in
      "nameserver \(server)" + (server.isLinkLocal ? "%\(interface)" : "")
    }
    return ([Self.header] + servers + kept.map(String.init)).map { "\($0)\n" }.joined()
  }

  public static func isOurs(_ text: String) -> Bool {
    text.hasPrefix(header)
  }
}
