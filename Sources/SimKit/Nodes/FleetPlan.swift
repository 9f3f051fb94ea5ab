import Config
import Engine
import Model

/// Two or three machines on common links, and how their file has them share addresses.
public struct FleetPlan: Sendable {
  public internal(set) var names: [NodeName]
  var links: Int  // that they share; each has a virtual router
  var interval: Duration  // between advertisements
  var cluster: Cluster?
  var failback: Failback
  var hasNeeds: Bool  // a route out, of each node's own
  /// One of them has an older file, in which failback is automatic.
  var older: Int?

  static let group: GroupName = "gateway"
  static let uplink = InterfaceName("up")!

  init(random: inout RandomSource) {
    let count = Int.random(in: 0..<4, using: &random) == 0 ? 3 : 2
    names = ["a", "b", "c"].prefix(count).map { NodeName($0) }
    links = Int.random(in: 1...3, using: &random)
    let intervals = [10, 20, 50, 100, 100, 200, 500, 1_000]
    interval = .milliseconds(intervals.randomElement(using: &random) ?? 100)
    let beat = [20, 50, 100, 100, 250].randomElement(using: &random) ?? 100
    let fall = Int.random(in: 2...4, using: &random)
    let hasChannel = Int.random(in: 0..<3, using: &random) > 0
    cluster =
      hasChannel
      ? Cluster(keyFile: "/key", heartbeat: .milliseconds(beat), fall: fall, port: 8_353) : nil
    let delay = Duration.milliseconds(Int.random(in: 500...3_000, using: &random))
    failback =
      [.auto, .manual, .delayed(after: delay, between: nil)].randomElement(using: &random)
      ?? .auto
    hasNeeds = Bool.random(using: &random)
    let isOlder = Int.random(in: 0..<10, using: &random) == 0
    older = isOlder ? Int.random(in: 0..<count, using: &random) : nil
  }

  /// The file as one of them reads it.
  func configuration(of place: Int) -> Configuration {
    let uplink = Uplink(
      name: "isp", interface: Self.uplink,
      addresses: [InterfaceAddress(.v4(0xc000_0200 | UInt32(place + 2)), length: 24)],
      gateways: [.v4(0xc000_0201)])
    let internet = Group(
      name: "internet", holding: .route(.defaultV4), members: [Member(.uplink("isp"), tier: 1)],
      damping: nil)
    let gateway = Group(
      name: Self.group, holding: .addresses((1...links).map(router)),
      members: names.indices.map { Member(.node(names[$0]), tier: $0 + 1) },
      failback: place == older ? .auto : failback, damping: nil,
      needs: hasNeeds ? ["internet"] : [])
    return Configuration(
      node: names[place], damping: nil, uplinks: hasNeeds ? [uplink] : [],
      nodes: names.indices.map { node in
        Node(name: names[node], addresses: (1...links).map { Self.own(node, on: $0) })
      }, cluster: cluster, groups: hasNeeds ? [internet, gateway] : [gateway])
  }

  private func router(_ link: Int) -> VirtualRouter {
    VirtualRouter(
      id: .init(interface: Self.link(link), family: .ipv4, number: UInt8(50 + link)),
      addresses: [Self.shared(on: link)], interval: interval)
  }

  /// - Parameter link: from 1.
  static func link(_ link: Int) -> InterfaceName { InterfaceName("lan\(link)")! }
  static func shared(on link: Int) -> IPAddress { .v4(10 << 24 | UInt32(link) << 16 | 1) }
  static func own(_ node: Int, on link: Int) -> IPAddress {
    .v4(10 << 24 | UInt32(link) << 16 | UInt32(node + 2))
  }
}

extension FleetPlan: CustomStringConvertible {
  public var description: String {
    let channel = cluster.map { "heartbeat \($0.heartbeat.text) × \($0.fall)" } ?? "no channel"
    return "\(names.count) nodes on \(links) links, advertise \(interval.text), \(channel), "
      + "failback \(failback)" + (hasNeeds ? ", needs a route" : "")
      + (older.map { ", \(names[$0]) has an older file" } ?? "")
  }
}

extension FleetPlan {
  /// Within which all has come right, once the weather is clear.
  /// - Parameter delay: that a packet takes at most.
  func settles(_ delay: Duration) -> Duration {
    // Who offers it in vain waits for an interval and 100 ms; then three advertisements and skew; then
    // the one that is relieved keeps it for 50 ms. A session begins with three messages.
    let silence = cluster.map { $0.heartbeat * ($0.fall + 2) } ?? .zero
    return interval * 6 + .milliseconds(200) + silence + delay * 6
  }

  /// A better one may wait for so long besides.
  var failbackDelay: Duration {
    if case .delayed(let after, _) = failback { after } else { .zero }
  }
}
