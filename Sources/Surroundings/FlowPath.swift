import Glibc
import Kernel
import Model
import Wire

/// What the kernel does with a new flow, and why: its own answer, the rules that led there, the
/// mark and the translation of our nftables table.
public struct FlowPath: Encodable, Sendable {
  public let leads: Bool  // its packets go somewhere
  public let source: String
  public let destination: String
  public private(set) var incoming: String?  // null: this machine sends it
  public private(set) var interface: String?
  public private(set) var gateway: String?
  public private(set) var table: Int?
  public private(set) var group: String?
  public private(set) var uplink: String?
  public private(set) var mark: String?  // what its flow is marked with once it left
  public private(set) var translation: String?
  public private(set) var rules: [String] = []
  public private(set) var sentences: [String] = []

  /// - Parameter status: nil: no daemon can be asked, so groups and uplinks have no names.
  public init(_ question: FlowQuestion, status: StatusSnapshot?) throws {
    let reader = try KernelReader()
    let links = try reader.state().links
    source = "\(question.source)"
    destination = "\(question.destination)"
    let entry: Entry
    do throws(SystemError) {
      entry = try Entry(question.source, reader)
    } catch {
      leads = false
      sentences = ["\(question.text): this machine knows no way to \(question.source) (\(error))"]
      return
    }
    let name = entry.index.flatMap { links[$0]?.name }
    incoming = name?.text
    let answer: RouteAnswer
    do throws(SystemError) {
      answer = try reader.answer(to: question.asked(incoming: entry.index))
    } catch {
      leads = false
      sentences = [
        "\(question.text): no way",
        "  \(Self.arrival(name)), and the kernel refuses it: \(Self.reason(error, name))",
      ]
      return
    }
    leads = answer.kind != .refused
    table = Int(answer.table)
    interface = answer.interface.flatMap { links[$0]?.name.text }
    gateway = answer.gateway?.description
    group = status?.groups.first { $0.table == table }?.name
    uplink = status?.uplinks.first { $0.interface == interface }?.name
    rules = Self.trace(
      try reader.rules(question.destination.family), question.packet(incoming: name),
      to: answer.table)
    if answer.kind == .forwarded, let interface { look(interface, question.destination.family) }
    tell(question, answer, name, status)
  }

  /// Where a packet with this source comes in: by the link that the kernel would answer it by.
  private struct Entry {
    let index: InterfaceIndex?  // nil: it is this machine's own

    init(_ source: IPAddress, _ reader: KernelReader) throws(SystemError) {
      let answer = try reader.answer(to: RouteQuestion(destination: source))
      index = answer.kind == .own ? nil : answer.interface
    }
  }

  private static func arrival(_ name: InterfaceName?) -> String {
    name.map { "it comes in by \($0)" } ?? "this machine sends it"
  }

  private static func reason(_ error: SystemError, _ incoming: InterfaceName?) -> String {
    switch error.code {
    case EXDEV, EINVAL:
      "its source does not belong there (rp_filter, or an address that no packet may have)"
    case ENETUNREACH: "no route fits"
    case EHOSTUNREACH:
      incoming == nil
        ? "a route says unreachable" : "forwarding is off, or a route says unreachable"
    case EACCES: "a route or rule prohibits it"
    default: "\(error)"
    }
  }

  /// The rules that fit, down to the one whose table answered.
  private static func trace(_ rules: [Rule], _ packet: Selector, to table: UInt32) -> [String] {
    var lines: [String] = []
    for rule in rules where rule.selector.contains(packet) {
      let isIt =
        rule.table == table && (rule.suppressPrefixLength == nil || table != Ours.mainTable)
      let name = rule.table == Ours.mainTable ? "main" : "\(rule.table)"
      let but = rule.suppressPrefixLength.map { _ in ", but no default" } ?? ""
      let what = isIt ? "answers" : "has nothing for it"
      lines.append(
        "\(rule.priority): \(rule.selector.text) lookup \(name)\(but): \(what)")
      if isIt { break }
    }
    return lines
  }

  private mutating func look(_ interface: String, _ family: Family) {
    guard let listing = NFTables.listing else { return }
    let own = OwnTable(listing)
    mark = own.mark(of: interface)
    translation = own.translation(of: interface, family)
  }

  private mutating func tell(
    _ question: FlowQuestion, _ answer: RouteAnswer, _ name: InterfaceName?,
    _ status: StatusSnapshot?
  ) {
    let by = (interface ?? "nowhere") + (uplink.map { " (\($0))" } ?? "")
    let way =
      switch answer.kind {
      case .own: "to this machine itself"
      case .refused: "refused"
      case .forwarded: "by \(by)" + (gateway.map { ", via \($0)" } ?? ", on the link")
      }
    sentences = ["\(question.text): \(way)", "  \(Self.arrival(name))"]
    sentences += rules.map { "  rule \($0)" }
    if let group, let found = status?.groups.first(where: { $0.name == group }) {
      let holders = found.active.isEmpty ? "nobody" : found.active.joined(separator: ", ")
      sentences.append(
        "  table \(answer.table) is the route of group \(group), \(found.state.rawValue), held by "
          + holders)
    } else if let link = status?.uplinks.first(where: { $0.table == table }) {
      sentences.append("  table \(answer.table) is the way by \(link.name), whoever holds a group")
    }
    guard answer.kind == .forwarded else { return }
    if let mark {
      sentences.append(
        "  its flow is marked \(mark): answers return by the link, and the flow ends with it")
    }
    sentences.append(
      translation.map { "  source address: \($0)" }
        ?? (mark == nil ? "  siaga's table does not touch it" : "  its source address stays"))
  }
}
