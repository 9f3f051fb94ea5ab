/// Whom a check asks about a link.
public enum CheckTarget: Hashable, Sendable {
  case host(CheckHost)
  case port(UInt16, of: CheckHost)
  case path(String)  // a program or a file of this machine
  case radio  // of the link itself

  public static let gateway = CheckTarget.host(.gateway)
  public static let resolvers = CheckTarget.host(.resolvers)

  public static func address(_ address: IPAddress) -> CheckTarget { .host(.address(address)) }

  public var host: CheckHost? {
    switch self {
    case .host(let host), .port(_, let host): host
    case .path, .radio: nil
    }
  }

  /// The same of one host: of several that the target stands for, say.
  public func of(_ address: IPAddress) -> CheckTarget {
    switch self {
    case .host: .address(address)
    case .port(let port, _): .port(port, of: .address(address))
    case .path, .radio: self
    }
  }

  /// nil: of whatever family is judged.
  public var family: Family? { host?.family }

  /// Whether it can be asked about a link in this family.
  public func isOf(_ family: Family) -> Bool { self.family.map { $0 == family } ?? true }
}

public enum CheckHost: Hashable, Sendable {
  case gateway  // of the link that is judged
  case resolvers  // each of those that its provider gives
  case address(IPAddress)

  public var family: Family? {
    switch self {
    case .gateway, .resolvers: nil
    case .address(let address): address.family
    }
  }
}

/// Who a target is at the moment, by one link.
public enum Endpoint: Hashable, Sendable {
  case host(IPAddress)
  case port(UInt16, of: IPAddress)
  case path(String)
  case radio
}

extension CheckTarget: CustomStringConvertible {
  /// As the file has it.
  public var description: String {
    switch self {
    case .host(let host): "\(host)"
    case .port(let port, .address(let address)): "\(Endpoint.port(port, of: address))"
    case .port(let port, let host): "\(host):\(port)"
    case .path(let path): path
    case .radio: "the signal"
    }
  }
}

extension CheckHost: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gateway: "gateway"
    case .resolvers: "resolvers"
    case .address(let address): "\(address)"
    }
  }
}

extension Endpoint: CustomStringConvertible {
  /// `192.0.2.1:443`, or with brackets where colons would mislead (RFC 3986 §3.2.2).
  public var description: String {
    switch self {
    case .host(let address): "\(address)"
    case .port(let port, let address):
      address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    case .path(let path): path
    case .radio: "the signal"
    }
  }
}
