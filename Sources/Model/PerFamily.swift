/// One of each for IPv4 and IPv6.
public struct PerFamily<Value> {
  public var ipv4: Value
  public var ipv6: Value

  public init(_ make: (Family) -> Value) {
    ipv4 = make(.ipv4)
    ipv6 = make(.ipv6)
  }

  public subscript(family: Family) -> Value {
    get { family == .ipv4 ? ipv4 : ipv6 }
    set { if family == .ipv4 { ipv4 = newValue } else { ipv6 = newValue } }
  }
}

extension PerFamily: Equatable where Value: Equatable {}
extension PerFamily: Sendable where Value: Sendable {}
