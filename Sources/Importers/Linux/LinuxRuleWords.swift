import Config
import Model

/// A policy rule as it is written, before anything of it is read.
struct LinuxRuleWords {
  var from: String?
  var to: String?
  var incoming: String?
  var mark: String?
  var transport: String?
  var fromPorts: String?
  var toPorts: String?
  var table: String?
  var family: String?  // networkd's word; where addresses do not tell
  var priority: String?
  var skipsDefaults = false

  func rule(at place: SourcePlace) -> Result<LinuxNetwork.Rule, LinuxWords.Complaint> {
    do throws(LinuxWords.Complaint) {
      let match = try match()
      let named = Set((match.from + match.to).map(\.family))
      guard named.count < 2 else { throw LinuxWords.Complaint("it is of both families") }
      let families = named.isEmpty ? usualFamilies : Array(named)
      guard let table = LinuxWords.table(table ?? "main") else {
        throw LinuxWords.Complaint("no table has that name or number")
      }
      return .success(
        LinuxNetwork.Rule(
          match: match, families: families, table: table, priority: priority.flatMap { Int($0) },
          skipsDefaults: skipsDefaults && table == Intent.main, place: place))
    } catch {
      return .failure(error)
    }
  }

  private var usualFamilies: [Family] {
    switch family {
    case "ipv6": [.ipv6]
    case "both": Family.allCases
    default: [.ipv4]
    }
  }

  private func match() throws(LinuxWords.Complaint) -> TrafficMatch {
    var match = TrafficMatch()
    match.from = try prefixes(from, "from where")
    match.to = try prefixes(to, "where to")
    if let incoming {
      if let complaint = InterfaceName.complaint(about: incoming) {
        throw LinuxWords.Complaint(complaint)
      }
      match.incoming = InterfaceName(incoming)
    }
    if let mark {
      guard let read = LinuxWords.mark(mark) else {
        throw LinuxWords.Complaint("its mark cannot be read, or uses bits of Siaga's own (0x3f00)")
      }
      match.mark = read
    }
    if let transport {
      guard let number = LinuxWords.transport(transport) else {
        throw LinuxWords.Complaint("Siaga does not know the protocol `\(transport.printable)`")
      }
      match.transports = [number]
    }
    match.fromPorts = try ports(fromPorts)
    match.toPorts = try ports(toPorts)
    guard !match.fromPorts.isEmpty || !match.toPorts.isEmpty else { return match }
    if match.transports.isEmpty { match.transports = [6, 17] }
    guard match.transports.allSatisfy(Transport.ported.contains) else {
      throw LinuxWords.Complaint("only protocols such as TCP and UDP have ports")
    }
    return match
  }

  /// Everything is no condition.
  private func prefixes(
    _ text: String?, _ what: String
  ) throws(LinuxWords.Complaint) -> [Prefix] {
    guard let text, text != "any", text != "all" else { return [] }
    guard let prefix = Prefix(anyway: text),
      prefix.length < prefix.family.bits || prefix.address.notUnicast == nil
    else { throw LinuxWords.Complaint("\(what) it goes is no network") }
    return prefix.length == 0 ? [] : [prefix]
  }

  private func ports(_ text: String?) throws(LinuxWords.Complaint) -> [ClosedRange<UInt16>] {
    guard let text else { return [] }
    guard let ports = LinuxWords.ports(text) else {
      throw LinuxWords.Complaint("its ports cannot be read")
    }
    return [ports]
  }
}
