/// The kernel as it should be, whole: not a step, not a difference.
public struct Wanted: Equatable, Sendable {
  public var links: Set<VirtualLink> = []
  public var bonds: Set<WantedBond> = []
  public var addresses: Set<HeldAddress> = []
  public var routes: Set<Route> = []
  public var rules: Set<Rule> = []
  public var sysctls: [Sysctl: String] = [:]
  public var firewall: Firewall?

  public init() {}

  /// Nothing of ours: what `--cleanup` wants.
  public static let nothing = Wanted()
}

/// Our nftables table as a value: a function of the config alone, so a switch leaves it alone.
public struct Firewall: Hashable, Sendable {
  public struct Link: Hashable, Sendable {
    public var name: UplinkName
    public var interface: InterfaceName
    public var entrances: [InterfaceName]  // by which its packets come in besides: virtual MACs
    public var mark: UInt32
    public var nat: NAT
    public var nat6: NAT6
    public var clampsMSS: Bool
    public var keepsFlows: Bool  // flows may stay: outgoing packets of a flow keep its link

    public init(
      name: UplinkName, interface: InterfaceName, mark: UInt32, nat: NAT, nat6: NAT6 = .none,
      clampsMSS: Bool = false, keepsFlows: Bool, entrances: [InterfaceName] = []
    ) {
      self.name = name
      self.interface = interface
      self.mark = mark
      self.nat = nat
      self.nat6 = nat6
      self.clampsMSS = clampsMSS
      self.keepsFlows = keepsFlows
      self.entrances = entrances
    }
  }

  public var marks: MarkSpace
  public var links: [Link]  // by mark
  public var refused: [IPAddress]  // what is for them is dropped, but for who asks where they are

  public init(marks: MarkSpace, links: [Link], refused: [IPAddress] = []) {
    self.marks = marks
    self.links = links
    self.refused = refused
  }
}
