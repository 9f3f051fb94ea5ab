/// A network inside, whose hosts have addresses that an uplink's provider gave: they are told
/// whether to begin from them.
public struct LAN: Hashable, Sendable {
  public let interface: InterfaceName
  public let prefixes: [Prefix]  // of IPv6

  public init(interface: InterfaceName, prefixes: [Prefix]) {
    self.interface = interface
    self.prefixes = prefixes
  }
}
