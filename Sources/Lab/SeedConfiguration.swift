/// The seed's configuration as a file of Siaga, with what a measurement may vary.
public struct SeedConfiguration: Sendable {
  /// As the seed has it: MikroTik's check-gateway, which asks every 10 s.
  public static let seed = SeedConfiguration(
    check: Check(every: .seconds(10), timeout: .seconds(1), fall: 2, rise: 1))
  /// The same network, watched more closely.
  public static let fast = SeedConfiguration(
    check: Check(every: .milliseconds(100), timeout: .milliseconds(100), fall: 3, rise: 2))

  public struct Check: Sendable {
    public var every: Duration
    public var timeout: Duration
    public var fall: Int
    public var rise: Int

    public init(every: Duration, timeout: Duration, fall: Int, rise: Int) {
      self.every = every
      self.timeout = timeout
      self.fall = fall
      self.rise = rise
    }

    /// From its last answer until a mute gateway is down: what is promised.
    public var worstDetection: Duration { every * fall + timeout }
    /// From its first answer until a gateway is up again.
    public var worstReturn: Duration { every * rise + timeout }

    var text: String {
      "every: \(every.configText), timeout: \(timeout.configText), fall: \(fall), rise: \(rise)"
    }
  }

  public var check: Check

  public init(check: Check) {
    self.check = check
  }

  /// Damping is off: what is measured breaks and heals more often than a day brings it.
  public var text: String {
    """
    damping: off
    uplinks:
      isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
      isp2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: masquerade }
    checks:
      gateway: { ping: gateway, \(check.text) }
    groups:
      internet:
        route: default
        tiers: [[isp1], [isp2]]
        check: gateway
        failback: auto

    """
  }
}

extension Duration {
  var configText: String {
    let milliseconds = wholeNanoseconds / 1_000_000
    return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
  }
}
