/// The file of two routers that share an address on each side, with what a demo or a measurement
/// may vary.
public struct PairConfiguration: Sendable {
  /// Advertisements as VRRP has them when nobody says otherwise.
  public static let classic = PairConfiguration(
    advertise: .seconds(1), heartbeat: .milliseconds(100))
  public static let fast = PairConfiguration(
    advertise: .milliseconds(100), heartbeat: .milliseconds(10))

  public var advertise: Duration
  public var heartbeat: Duration
  public var fall = 3
  public var hasVirtualMAC = false

  public init(advertise: Duration, heartbeat: Duration) {
    self.advertise = advertise
    self.heartbeat = heartbeat
  }

  /// From its last word until a dead node is known to be dead.
  public var worstDetection: Duration { heartbeat * (fall + 1) }

  /// - Parameter key: the path of the channel's key; nil: VRRP alone.
  public func text(of node: String, key: String?) -> String {
    let cluster = key.map {
      "cluster: { key-file: \($0), heartbeat: \(heartbeat.configText), fall: \(fall) }"
    }
    let router = """
      advertise: \(advertise.configText), mac: \(hasVirtualMAC ? "virtual" : "own")
      """
    return """
      node: \(node)
      \(cluster ?? "")
      nodes:
        a: { addresses: [10.1.0.2, 10.2.0.2] }
        b: { addresses: [10.1.0.3, 10.2.0.3] }
      groups:
        gateway:
          tiers: [[a], [b]]
          addresses:
            - { address: \(RouterPair.inside), interface: lan, vrid: 51, \(router) }
            - { address: \(RouterPair.outside), interface: wan, vrid: 52, \(router) }
          damping: off
          failback: auto

      """
  }
}
