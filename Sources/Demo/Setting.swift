import Lab
import Model

/// What a demo is about: its faults, its picture, its words, and what is promised.
struct Setting: Sendable {
  /// One of the two ways in the picture.
  struct Path: Sendable {
    let part: Part
    let near: String
    let far: String?  // nil: the address, while it has it
  }

  let title: String
  let network: String  // in a sentence
  let faults: [Fault]
  let paths: [Path]  // from top to bottom
  var start = "client"
  let hub: String  // where the ways part
  let middle: Part  // between the ways
  let end: (name: String, address: String)
  /// Whose packets they are, by their source; of those that have one in common, who holds tells.
  let sources: [String: Part]
  let address: String?  // what is held; nil: a route
  var holding = "holds the route"  // of whoever does
  let cell: Duration  // of the strip
  let worstDetection: Duration
  let worstReturn: Duration

  static func links(isFast: Bool) -> Setting {
    let check = (isFast ? SeedConfiguration.fast : .seed).check
    return Setting(
      title: isFast ? "dual WAN, checked every 100 ms" : "dual WAN, checked every 10 s",
      network: "the seed's network", faults: Fault.ofLinks,
      paths: [
        Path(part: .isp1, near: "ether1", far: "10.10.1.1"),
        Path(part: .isp2, near: "ether2", far: "10.20.1.1"),
      ],
      hub: "gateway", middle: .gateway, end: ("internet", SeedNetwork.destination),
      sources: ["10.10.1.2": .isp1, "10.20.1.2": .isp2], address: nil,
      cell: isFast ? .milliseconds(50) : .milliseconds(250),
      worstDetection: check.worstDetection, worstReturn: check.worstReturn)
  }

  static func bondConfiguration(isFast: Bool) -> BondConfiguration {
    HomeNetwork.bond(every: isFast ? .milliseconds(100) : .seconds(1))
  }

  static func bond(isFast: Bool) -> Setting {
    let bond = bondConfiguration(isFast: isFast)
    return Setting(
      title: "one link of two, checked every \(bond.every.spoken)",
      network: "a machine with a cable and Wi-Fi as one link", faults: Fault.ofPorts,
      paths: [
        Path(part: .eth0, near: "eth0", far: "switch"),
        Path(part: .wlan0, near: "wlan0", far: "access point"),
      ],
      start: "programs", hub: "bond0", middle: .gateway, end: ("router", "192.168.1.1"),
      sources: [:], address: nil, holding: "carries",
      cell: isFast ? .milliseconds(50) : .milliseconds(100),
      worstDetection: bond.worstDetection, worstReturn: bond.worstReturn)
  }

  static func routers(isFast: Bool) -> Setting {
    let pair = isFast ? PairConfiguration.fast : .classic
    return Setting(
      title: "two routers, heard every \(pair.heartbeat.spoken)",
      network: "the network of two routers", faults: Fault.ofRouters,
      paths: [
        Path(part: .a, near: "router a", far: nil), Path(part: .b, near: "router b", far: nil),
      ],
      hub: "switch", middle: .between, end: ("server", RouterPair.server),
      sources: ["10.2.0.2": .a, "10.2.0.3": .b], address: RouterPair.inside,
      cell: isFast ? .milliseconds(50) : .milliseconds(100),
      worstDetection: pair.worstDetection, worstReturn: .seconds(2))
  }
}

extension Setting {
  /// In the order of the picture.
  func names(_ holders: Set<Part>) -> String {
    paths.map(\.part).filter(holders.contains).map(\.rawValue).joined(separator: " and ")
  }

  /// What holds then, in the table.
  func outcome(of step: Step, _ holders: Set<Part>) -> String {
    let names = names(holders)
    return switch step.act {
    case .kill(.gateway): "\(paths[0].part.rawValue) carries, unwatched"
    case .start(.gateway): "\(names) carries, watched"
    case .mute(.between): "\(names) hold"
    case .plug(.a), .unmute(.between), .givePower, .start, .goOn: "\(names) holds again"
    case .plug, .unmute: "\(names) carries again"
    case .pull(.a), .cutPower, .kill, .stop, .stall: "\(names) holds"
    case .pull, .mute, .pullBoth: "\(names) carries"
    }
  }
}
