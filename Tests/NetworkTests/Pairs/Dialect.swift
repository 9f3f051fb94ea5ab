import Lab

/// In which way of VRRP's two routers speak.
enum Dialect: CaseIterable, Sendable {
  case version3, version2, ipv6, unicast

  /// Of what the pair holds.
  var address: String { self == .ipv6 ? "fd00:1::1" : RouterPair.inside }

  var interval: Duration { self == .version2 ? .seconds(1) : .milliseconds(100) }

  /// Of a backup with priority 150, which has the longest of those tested.
  var down: Duration {
    interval * 3 + (self == .version2 ? .seconds(1) : interval) * (256 - 150) / 256
  }

  /// As Siaga's file has it.
  var addresses: String {
    let rest = "interface: lan, vrid: 51, advertise: \(self == .version2 ? "1s" : "100ms")"
    switch self {
    case .version3: return "{ address: 10.1.0.1/24, \(rest) }"
    case .version2: return "{ address: 10.1.0.1/24, \(rest), version: 2 }"
    case .unicast: return "{ address: 10.1.0.1/24, \(rest), send: unicast }"
    case .ipv6:
      return "[{ address: \"fe80::1\", \(rest) }, { address: \"fd00:1::1\", \(rest) }]"
    }
  }

  /// The same with a virtual MAC.
  var virtualAddresses: String { addresses.replacing(" }", with: ", mac: virtual }") }

  func settings(priority: Int, more: [String] = []) -> Keepalived.Settings {
    var settings = Keepalived.Settings(
      priority: priority, interval: self == .version2 ? "1" : "0.1",
      addresses: self == .ipv6 ? ["fe80::1/64", "fd00:1::1/64"] : ["10.1.0.1/24"])
    settings.version = self == .version2 ? 2 : 3
    settings.more = more
    if self == .unicast {
      settings.more += ["unicast_src_ip 10.1.0.3", "unicast_peer {", "10.1.0.2", "}"]
    }
    return settings
  }
}
