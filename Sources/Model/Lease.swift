/// What a DHCP client was told of a link and wrote down, whether or not anything came of it.
public struct Lease: Hashable, Sendable {
  public let address: IPAddress?
  public let gateway: IPAddress?
  public let resolvers: [IPAddress]

  /// Of more nobody is asked; the C library takes no more either (resolv.conf(5)).
  public static let mostResolvers = 3

  public init(
    address: IPAddress? = nil, gateway: IPAddress? = nil, resolvers: [IPAddress] = []
  ) {
    self.address = address
    self.gateway = gateway
    self.resolvers = Array(resolvers.prefix(Self.mostResolvers))
  }
}
