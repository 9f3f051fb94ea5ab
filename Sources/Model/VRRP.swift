/// Which of the two protocols a virtual router speaks.
public enum VRRPVersion: UInt8, Hashable, Sendable, CaseIterable {
  case two = 2  // RFC 3768: IPv4 alone, whole seconds
  case three = 3  // RFC 9568

  /// What intervals are counted in.
  public var tick: Duration { self == .two ? .seconds(1) : .milliseconds(10) }

  public var mostTicks: Int64 { self == .two ? 255 : 4_095 }

  public func canSay(_ interval: Duration) -> Bool {
    let (ticks, rest) = interval.nanoseconds.quotientAndRemainder(dividingBy: tick.nanoseconds)
    return rest == 0 && (1...mostTicks).contains(ticks)
  }
}

/// What the checksum of VRRPv3 over IPv4 covers. RFC 9568 §5.2.8 says the message alone, and
/// Cisco and Juniper do so; keepalived and FRR, as RFC 5798 was read, a pseudo-header too. Both are
/// accepted, always.
public enum VRRPChecksumForm: String, Hashable, Sendable, CaseIterable {
  case pseudoHeader = "pseudo-header"
  case message
}

/// Whose hardware address shared addresses have on their link.
public enum RouterMAC: String, Hashable, Sendable, CaseIterable {
  case own  // that of the node that holds them
  case virtual  // one that goes along with them (RFC 9568 §7.3)
}

/// Why a packet for virtual routers was dropped; each is counted.
public enum VRRPRefusal: String, Error, Hashable, Sendable, CaseIterable {
  case tooShort = "too short"
  case version = "wrong version"
  case type = "unknown type"
  case checksum = "wrong checksum"
  case hopLimit = "from beyond the link"
  case count = "wrong count of addresses"
  case interval = "interval of zero"
  case otherInterval = "another interval"  // VRRPv2 alone is that strict
  case authentication = "authenticated, which VRRP does no more"
  case unknownRouter = "unknown virtual router"
  case ownAddress = "from our own address"
}
