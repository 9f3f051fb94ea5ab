/// An Internet provider of the seed's network: its router, and the cable to the customer.
public struct Provider: Sendable {
  public let name: String  // isp1
  public let router: Namespace
  public let gateway: String  // 10.10.1.1
  public let customer: String  // 10.10.1.2
  public let interface: String  // ether1, at the customer
  public let cable: any Cable

  /// The provider's router answers nothing and forwards nothing, and the carrier stays.
  ///
  /// One rule before all others, so it is atomic: every packet that needs a route, in or out,
  /// meets the blackhole, ARP too (the kernel answers an ARP request only after a route lookup).
  public func mute() throws {
    try router.ip("rule add pref \(Self.muteRule) blackhole")
  }

  public func unmute() throws {
    try router.ip("rule del pref \(Self.muteRule)")
  }

  /// IPv6 alone is gone, as after a provider's mistake.
  public func mute6() throws {
    try router.ip6("rule add pref \(Self.muteRule) blackhole")
  }

  public func unmute6() throws {
    try router.ip6("rule del pref \(Self.muteRule)")
  }

  static let muteRule = 10
  /// The rule of the local addresses is the kernel's first; it must come after the mute one.
  static let makeRoomForMuteRule = ["rule add pref 1000 lookup local", "rule del pref 0"]
}
