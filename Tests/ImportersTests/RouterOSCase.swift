import Foundation
import Importers
import Model
import Testing

/// A configuration of RouterOS as a file in the folder beside this one, in a shape that people
/// publish, and what should come out: an uplink, a check and a group a line.
struct RouterOSCase: Sendable, CustomTestStringConvertible {
  let name: String
  let uplinks: [String]
  let checks: [String]
  let groups: [String]

  var testDescription: String { name }
  var file: SourceFile { Self.file(name) }

  static func file(_ name: String) -> SourceFile {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "RouterOS/\(name).rsc")
    guard let data = try? Data(contentsOf: url) else { preconditionFailure("no \(url.path)") }
    return SourceFile(name: "\(name).rsc", bytes: Array(data))
  }
}

extension Uplink {
  var line: String {
    let way = gateways.map(\.description) + (findsGateways ? ["auto"] : [])
    var words = ["\(name): \(interface)"] + addresses.map(\.description)
    if !way.isEmpty { words.append("by \(way.joined(separator: " "))") }
    if nat != .none { words.append(nat.word) }
    if nat6 != .none { words.append(nat6.word) }
    if clampsMSS { words.append("mss") }
    if let judge { words.append("asks \(judge.words)") }
    return words.joined(separator: " ")
  }
}

extension NAT {
  fileprivate var word: String {
    switch self {
    case .none: ""
    case .masquerade: "masqueraded"
    case .source(let address): "as \(address)"
    }
  }
}

extension NAT6 {
  fileprivate var word: String {
    switch self {
    case .none: ""
    case .masquerade: "masqueraded6"
    case .prefix(let prefix): "as \(prefix)"
    }
  }
}

extension CheckDefinition {
  var line: String {
    let whom = targets.map(\.description).joined(separator: " ")
    return
      "\(name): \(kind) \(whom), need \(need), \(every.spoken)/\(timeout.spoken), \(fall)/\(rise)"
  }
}

extension Group {
  var line: String {
    let tiers = Dictionary(grouping: members, by: \.tier).sorted { $0.key < $1.key }
      .map { _, members in
        members.map { $0.weight == 1 ? $0.id.text : "\($0.id.text)*\($0.weight)" }
          .joined(separator: " ")
      }
    var words = "\(name): \(holding.place) \(tiers.joined(separator: " | "))"
    if let judge { words += " asks \(judge.words)" }
    if let match { words += " of \(match.selectors.map(\.text).joined(separator: ", "))" }
    if lastResort != .main { words += " else \(lastResort)" }
    return words
  }
}

extension Holding {
  fileprivate var place: String {
    switch self {
    case .route(let prefix): "\(prefix)"
    case .addresses(let routers): routers.map(\.id.description).joined(separator: " ")
    case .bond(let bond): "\(bond.name)"
    }
  }
}

extension Judge {
  fileprivate var words: String {
    switch self {
    case .check(let name): name.text
    case .need(let count, let judges):
      "\(count) of (\(judges.map(\.words).joined(separator: " ")))"
    }
  }
}
