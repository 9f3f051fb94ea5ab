import Model

/// What a written file says to people, besides what it says to Siaga.
public struct Remarks: Equatable, Sendable {
  public var opening: [String] = []
  public var uplinks: [UplinkName: [String]] = [:]
  public var checks: [CheckName: [String]] = [:]
  public var bonds: [InterfaceName: [String]] = [:]
  public var groups: [GroupName: [String]] = [:]

  public init() {}

  fileprivate func of(_ section: String, _ name: String) -> [String] {
    switch section {
    case "uplinks": uplinks[UplinkName(name)] ?? []
    case "checks": checks[CheckName(name)] ?? []
    case "bonds": InterfaceName(name).flatMap { bonds[$0] } ?? []
    case "groups": groups[GroupName(name)] ?? []
    default: []
    }
  }
}

extension Configuration {
  /// The file as a person would write it: what is usual is left out, and remarks stand above what
  /// they are about. It reads back as the same configuration.
  public func written(with remarks: Remarks = Remarks()) -> String {
    let (settings, sections) = terse
    let parts = sections.map { section in
      "\(section.name):\n"
        + section.entries.map { entry in
          remarks.of(section.name, entry.key).map { $0.remark(indent: 2) }.joined()
            + entry.block(indent: 2, isOpen: section.name == "groups")
        }.joined()
    }
    return ([remarks.opening.map { $0.remark(indent: 0) }.joined(), settings.block()] + parts)
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// What stands at the top level, and the sections below it.
  package var terse: (settings: ConfigNode, sections: [(name: String, entries: [ConfigNode.Entry])])
  {
    var settings = FileDraft(self)
    settings.uplinks = nil
    settings.checks = nil
    settings.bonds = nil
    settings.nodes = nil
    settings.groups = nil
    let sections = [
      ("uplinks", uplinks.map { entry($0.name.text, UplinkDraft($0)) }),
      ("checks", checks.map { entry($0.name.text, CheckDraft($0)) }),
      ("bonds", bonds.map { entry($0.name.text, draft(of: $0)) }),
      ("nodes", nodes.map { entry($0.name.text, draft(of: $0)) }),
      ("groups", groups.map { entry($0.name.text, draft(of: $0)) }),
    ]
    return (FileDraft.section.terse(settings), sections.filter { !$0.1.isEmpty })
  }

  /// The whole file as one tree, as terse.
  package var terseTree: ConfigNode {
    let (settings, sections) = terse
    guard case .mapping(let top) = settings.content else {
      preconditionFailure("a file's settings are a mapping")
    }
    let entries = sections.map { name, entries in
      ConfigNode.Entry(
        key: name, position: .start, value: ConfigNode(.mapping(entries), at: .start))
    }
    return ConfigNode(.mapping(top + entries), at: .start)
  }

  private func entry<Draft: SectionDraft>(_ name: String, _ draft: Draft) -> ConfigNode.Entry {
    ConfigNode.Entry(key: name, position: .start, value: Draft.section.terse(draft))
  }

  /// Of its uplinks, what the file's do not have.
  private func draft(of node: Node) -> NodeDraft {
    var draft = NodeDraft(node)
    draft.uplinks = Placed(
      node.uplinks.compactMap { own in
        uplink(own.name).map { Named(own.name.text, UplinkDraft(own, unlike: $0)) }
      })
    return draft
  }

  private func draft(of bond: Bond) -> BondDraft {
    var draft = BondDraft(bond)
    if bond.damping == damping { draft.damping = nil }
    if bond.failback == .auto { draft.failback = nil }
    if bond.carrierInterval == Bond.usualCarrierInterval { draft.carrierInterval = nil }
    return draft
  }

  /// What a group would have anyway, here, is not said.
  private func draft(of group: Group) -> GroupDraft {
    var draft = GroupDraft(group)
    if group.damping == damping { draft.damping = nil }
    let tiers = Dictionary(grouping: group.members, by: \.tier)
    let usual = FlowRules(.usual(tiers.values.map(\.count), want: group.want))
    if group.flows == usual { draft.flows = nil }
    return draft
  }
}

extension String {
  /// A comment of its own line, or of several.
  fileprivate func remark(indent: Int) -> String {
    split(whereSeparator: \.isNewline).map { line in
      String(repeating: " ", count: indent) + "# \(line.filter { !$0.isControl })\n"
    }.joined()
  }
}

extension Character {
  /// What no YAML holds, not even in a comment (YAML 1.2 §5.1).
  fileprivate var isControl: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\t" }
  }
}
