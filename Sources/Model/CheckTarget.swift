/// Whom a check asks about a link.
public enum CheckTarget: Hashable, Sendable {
  case host(CheckHost)

  public static let gateway = CheckTarget.host(.gateway)

  public static func address(_ address: IPAddress) -> CheckTarget { .host(.address(address)) }

  public var host: CheckHost {
    switch self {
    case .host(let host): host
    }
  }

  /// nil: of whatever family is judged.
  public var family: Family? { host.family }
}

public enum CheckHost: Hashable, Sendable {
  case gateway  // of the link that is judged
  case address(IPAddress)

  public var family: Family? {
    switch self {
    case .gateway: nil
    case .address(let address): address.family
    }
  }
}

/// Who a target is at the moment, by one link.
public enum Endpoint: Hashable, Sendable {
  case host(IPAddress)

  public var address: IPAddress {
    switch self {
    case .host(let address): address
    }
  }
}

extension CheckTarget: CustomStringConvertible {
  public var description: String {
    switch self {
    case .host(let host): "\(host)"
    }
  }
}

extension CheckHost: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gateway: "gateway"
    case .address(let address): "\(address)"
    }
  }
}

extension Endpoint: CustomStringConvertible {
  public var description: String {
    switch self {
    case .host(let address): "\(address)"
    }
  }
}
