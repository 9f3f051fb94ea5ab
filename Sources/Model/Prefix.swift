/// A block of addresses, such as `10.10.1.0/24`; bits after `length` are zero.
public struct Prefix: Hashable, Comparable, Sendable {
  public let address: IPAddress
  public let length: Int

  /// - Parameter length: 0…32 for IPv4, 0…128 for IPv6; more is a programming error.
  public init(_ address: IPAddress, length: Int) {
    precondition((0...address.family.bits).contains(length), "prefix length \(length)")
    self.address = address.masked(to: length)
    self.length = length
  }

  public var family: Family { address.family }

  public static let defaultV4 = Prefix(.v4(0), length: 0)
  public static let defaultV6 = Prefix(.v6(high: 0, low: 0), length: 0)

  public static func everything(_ family: Family) -> Prefix {
    Prefix(.any(family), length: 0)
  }

  public static func host(_ address: IPAddress) -> Prefix {
    Prefix(address, length: address.family.bits)
  }

  public func contains(_ other: IPAddress) -> Bool {
    other.family == family && other.masked(to: length) == address
  }

  public func contains(_ other: Prefix) -> Bool {
    other.length >= length && contains(other.address)
  }

  public static func < (left: Prefix, right: Prefix) -> Bool {
    (left.address, left.length) < (right.address, right.length)
  }
}

extension Prefix: CustomStringConvertible {
  public var description: String { "\(address)/\(length)" }
}

/// An address with the length of its network, as it stands on an interface: `10.10.1.2/24`.
public struct InterfaceAddress: Hashable, Comparable, Sendable {
  public let address: IPAddress
  public let length: Int

  public init(_ address: IPAddress, length: Int) {
    precondition((0...address.family.bits).contains(length), "prefix length \(length)")
    self.address = address
    self.length = length
  }

  public var family: Family { address.family }
  public var network: Prefix { Prefix(address, length: length) }

  public static func < (left: InterfaceAddress, right: InterfaceAddress) -> Bool {
    (left.address, left.length) < (right.address, right.length)
  }
}

extension InterfaceAddress: CustomStringConvertible, LosslessStringConvertible {
  public var description: String { "\(address)/\(length)" }

  /// `ADDRESS/LENGTH`; a missing length is nil, because a forgotten `/24` must not become `/32`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])),
      parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1]),
      (0...address.family.bits).contains(length)
    else { return nil }
    self.init(address, length: length)
  }
}
