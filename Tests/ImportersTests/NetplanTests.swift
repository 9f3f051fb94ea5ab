import Config
import Model
import Testing

@testable import Importers

/// netplan's files without a reader of YAML: the tree is handed in.
struct NetplanTests {
  /// A tree that stands in lines: each key in one of its own.
  private indirect enum Tree: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
  {
    case text(String)
    case list([Tree])
    case mapping([(String, Tree)])

    init(stringLiteral text: String) { self = .text(text) }
    init(arrayLiteral elements: Tree...) { self = .list(elements) }
    init(dictionaryLiteral entries: (String, Tree)...) { self = .mapping(entries) }

    func node(_ line: inout Int) -> ConfigNode {
      let position = ConfigPosition(line: max(line, 1), column: 1)
      switch self {
      case .text(let text):
        return ConfigNode(.scalar(text, wasQuoted: false), at: position)
      case .list(let elements):
        return ConfigNode(.sequence(elements.map { $0.node(&line) }), at: position)
      case .mapping(let entries):
        let nodes = entries.map { key, value in
          line += 1
          return ConfigNode.Entry(
            key: key, position: ConfigPosition(line: line, column: 1), value: value.node(&line))
        }
        return ConfigNode(.mapping(nodes), at: position)
      }
    }
  }

  private static func imported(_ trees: [Tree]) throws -> Imported {
    let files = trees.indices.map { SourceFile(name: "\($0).yaml", bytes: []) }
    return try ImportFormat.netplan.imported(files) { file in
      var line = 0
      return .success(trees[Int(file.name.prefix { $0 != "." }) ?? 0].node(&line))
    }
  }

  @Test
  func `interfaces with gateways become uplinks, in the order of metrics`() throws {
    let imported = try Self.imported([
      [
        "network": [
          "ethernets": [
            "eth0": ["dhcp4": "true", "dhcp4-overrides": ["route-metric": "200"]],
            "eth1": ["addresses": ["192.0.2.2/24"], "gateway4": "192.0.2.1"],
          ]
        ]
      ]
    ])
    #expect(
      imported.text == """
        # From netplan. What this file sets, netplan should set no longer: addresses and gateways.

        damping: off

        uplinks:
          # From 0.yaml:3 and 4.
          eth0: { interface: eth0, gateway: auto }
          # From 0.yaml:7 and 9.
          eth1: { interface: eth1, address: 192.0.2.2/24, gateway: 192.0.2.1 }

        groups:
          # From 0.yaml:4 and 9.
          # netplan asks nobody whether a link works; to have the gateways asked: `check: { ping: gateway }`
          internet:
            route: default
            tiers: [[eth1], [eth0]]

        """)
  }

  @Test
  func `a later file says single values anew, and lists grow`() throws {
    let imported = try Self.imported([
      ["network": ["ethernets": ["eth0": ["dhcp4": "true", "addresses": ["192.0.2.2/24"]]]]],
      [
        "network": [
          "ethernets": [
            "eth0": ["dhcp4": "no", "addresses": ["192.0.2.3/24"], "gateway4": "192.0.2.1"]
          ]
        ]
      ],
    ])
    let uplink = try #require(imported.configuration.uplinks.first)
    #expect(uplink.addresses.map(\.description) == ["192.0.2.2/24", "192.0.2.3/24"])
    #expect(!uplink.findsGateways)
    #expect(
      imported.report.lines.contains { $0.contains("0.yaml:4") && $0.contains("says it anew") })
  }

  @Test
  func `what a problem of YAML quotes is not repeated`() throws {
    let imported = try ImportFormat.netplan.imported([SourceFile(name: "x.yaml", bytes: [])]) { _ in
      .failure(
        ConfigProblems(
          "the alias `*secret` is not taken; write out", at: ConfigPosition(line: 3, column: 1)))
    }
    #expect(imported.text == nil)
    #expect(
      imported.report.lines[0]
        == "x.yaml:3: the file: not carried: the alias … is not taken; write out")
  }
}
