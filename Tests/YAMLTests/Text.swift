import Config
import YAML

/// A config file's text.
struct Text {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  func configuration() throws(ConfigProblems) -> Configuration {
    try readConfiguration(Array(text.utf8))
  }

  /// What `siaga check` prints; nothing when the file is valid.
  var lines: [String] { Self.lines(of: Array(text.utf8)) }

  static func lines(of bytes: [UInt8]) -> [String] {
    do throws(ConfigProblems) {
      _ = try readConfiguration(bytes)
      return []
    } catch {
      return error.lines(in: "siaga.yaml")
    }
  }

  /// As in the specification, unchanged.
  static let dualWAN = """
    uplinks:
      isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
      isp2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: masquerade }
    checks:
      gateway: { ping: gateway, every: 10s, timeout: 1s, fall: 2, rise: 1 }
    groups:
      internet:
        route: default
        tiers: [[isp1], [isp2]]
        check: gateway
        failback: auto
    """
}
