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
    let configuration: Configuration
    do {
      configuration = try readConfiguration(bytes)
    } catch {
      throw Unusable(problems: error.lines(in: name))
    }
    if let refusal = configuration.unrunnable(on: NodeName(Daemon.hostName)) {
      throw Unusable(problems: ["\(name): \(refusal)"])
    }
    return configuration.here(on: NodeName(Daemon.hostName))
  }

  static func read(file: String) throws(Unusable) -> Configuration {
    let bytes: [UInt8]?
    do throws(SystemError) {
      bytes = try FileText.load(file)
    } catch {
      throw Unusable(problems: ["\(error); may siaga read it?"])
    }
    guard let bytes else { throw Unusable(problems: ["\(file): there is no such file"]) }
    return try read(bytes, name: file)
  }

  /// Without a file: a group for each family of default routes that the machine has, in metric
  /// order, judged by carrier, address and gateway alone, since nobody said what answers pings.
  static func fromDefaultRoutes(_ reader: KernelReader) throws(SystemError) -> Configuration {
    let state = try reader.state()
    let routes = state.foreignDefaults.filter { $0.table == Ours.mainTable }
      .sorted { ($0.metric, $0) < ($1.metric, $1) }
    var uplinks: [Uplink] = []
    var groups: [Group] = []
    for family in Family.allCases {
      var members: [Member] = []
      for route in routes where route.destination.family == family {
        guard let hop = route.hops.first, let link = state.links[hop.interface] else { continue }
        let name = UplinkName(link.name.text)
        guard !members.contains(where: { $0.id == .uplink(name) }) else { continue }
        if !uplinks.contains(where: { $0.name == name }) {
          uplinks.append(Uplink(name: name, interface: link.name, findsGateways: true))
        }
        members.append(Member(.uplink(name), tier: members.count + 1))
      }
      guard !members.isEmpty else { continue }
      groups.append(
        Group(
          name: family == .ipv4 ? "internet" : "internet6",
          holding: .route(.everything(family)), members: members))
    }
    return Configuration(uplinks: uplinks, groups: groups)
  }
}
