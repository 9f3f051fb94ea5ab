import Config

/// A YAML tree as a literal: `["uplinks": ["isp1": ["interface": "eth0"]]]`. Each key stands on
/// a line of its own, indented by its depth, and its value two columns after it.
enum Tree: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral, Sendable
{
  case null
  case text(String)
  case list([Tree])
  case mapping([(String, Tree)])

  init(nilLiteral: ()) { self = .null }
  init(stringLiteral text: String) { self = .text(text) }
  init(arrayLiteral elements: Tree...) { self = .list(elements) }
  init(dictionaryLiteral entries: (String, Tree)...) { self = .mapping(entries) }

  var node: ConfigNode {
    var line = 0
    return node(depth: 0, line: &line, column: 1)
  }

  private func node(depth: Int, line: inout Int, column: Int) -> ConfigNode {
    let position = ConfigPosition(line: max(line, 1), column: column)
    switch self {
    case .null:
      return ConfigNode(.null, at: position)
    case .text(let text):
      return ConfigNode(.scalar(text, wasQuoted: false), at: position)
    case .list(let elements):
      return ConfigNode(
        .sequence(elements.map { $0.node(depth: depth, line: &line, column: column) }),
        at: position)
    case .mapping(let entries):
      let nodes = entries.map { key, value in
        line += 1
        let start = ConfigPosition(line: line, column: 2 * depth + 1)
        let node = value.node(
          depth: depth + 1, line: &line, column: start.column + key.count + 2)
        return ConfigNode.Entry(key: key, position: start, value: node)
      }
      return ConfigNode(.mapping(nodes), at: position)
    }
  }
}

extension Tree {
  /// A value somewhere inside, by keys; setting it adds the key, nil removes it.
  subscript(_ path: String...) -> Tree? {
    get { value(at: path[...]) }
    set { set(newValue, at: path[...]) }
  }

  private func value(at path: ArraySlice<String>) -> Tree? {
    guard let key = path.first else { return self }
    guard case .mapping(let entries) = self else { return nil }
    return entries.first { $0.0 == key }?.1.value(at: path.dropFirst())
  }

  private mutating func set(_ value: Tree?, at path: ArraySlice<String>) {
    guard let key = path.first, case .mapping(var entries) = self else { return }
    let place = entries.firstIndex { $0.0 == key }
    var child: Tree? = path.count == 1 ? value : place.map { entries[$0].1 } ?? [:]
    if path.count > 1 { child?.set(value, at: path.dropFirst()) }
    switch (place, child) {
    case (let place?, let child?): entries[place].1 = child
    case (let place?, nil): entries.remove(at: place)
    case (nil, let child?): entries.append((key, child))
    case (nil, nil): break
    }
    self = .mapping(entries)
  }

  /// Two ways out, one default route over them.
  static let dualWAN: Tree = [
    "uplinks": [
      "isp1": [
        "interface": "ether1", "address": "10.10.1.2/24", "gateway": "10.10.1.1",
        "nat": "masquerade",
      ],
      "isp2": [
        "interface": "ether2", "address": "10.20.1.2/24", "gateway": "10.20.1.1",
        "nat": "masquerade",
      ],
    ],
    "checks": ["gateway": ["ping": "gateway", "every": "10s", "fall": "2", "rise": "1"]],
    "groups": [
      "internet": ["route": "default", "tiers": [["isp1"], ["isp2"]], "check": "gateway"]
    ],
  ]

  static func dualWAN(_ changed: (inout Tree) -> Void) -> Tree {
    var tree = dualWAN
    changed(&tree)
    return tree
  }

  /// The problems' lines without the file's name; empty when the tree is valid.
  var problems: [String] {
    do throws(ConfigProblems) {
      _ = try Configuration.read(node)
      return []
    } catch {
      return error.listed.map(\.description)
    }
  }

  /// Their messages, without places.
  var messages: [String] {
    problems.map { String($0.drop { $0 != " " }.dropFirst()) }
  }
}
