import Config
import Kernel
import Model
import YAML

/// Where the configuration comes from: a file, or the machine's own default routes.
enum ConfigSource {
  struct Unusable: Error {
    let problems: [String]
  }

  /// - Parameter name: how problems call the text.
  static func read(_ bytes: [UInt8], name: String) throws(Unusable) -> Configuration {
    do {
      return try readConfiguration(bytes)
    } catch {
      throw Unusable(problems: error.lines(in: name))
    }
  }

  static func read(file: String) throws(Unusable) -> Configuration {
    guard let bytes = FileText.bytes(file) else {
      throw Unusable(problems: ["\(file): cannot be read; does it exist, and may siaga read it?"])
    }
    return try read(bytes, name: file)
  }

  /// Without a file: one group of the default routes that the machine has, in metric order,
  /// judged by carrier, address and gateway alone, since nobody said what answers pings.
  static func fromDefaultRoutes(_ reader: KernelReader) throws(SystemError) -> Configuration {
    let state = try reader.state()
    var uplinks: [Uplink] = []
    for route in try reader.defaultRoutes() {
      guard let hop = route.hops.first, let link = state.links[hop.interface],
        !uplinks.contains(where: { $0.interface == link.name })
      else { continue }
      uplinks.append(
        Uplink(
          name: UplinkName(link.name.text), interface: link.name,
          gateways: hop.gateway.map { [$0] } ?? []))
    }
    guard !uplinks.isEmpty else { return Configuration() }
    let members = uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) }
    let group = Group(name: "internet", holding: .route(.defaultV4), members: members)
    return Configuration(uplinks: uplinks, groups: [group])
  }
}
