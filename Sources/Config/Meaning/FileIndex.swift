import Model

/// What the file names, broken values included. A section that cannot be read at all is nil:
/// then nobody is told that something in it does not exist.
struct FileIndex {
  private let uplinks: Names<UplinkDraft>?
  private let checks: Names<CheckDraft>?
  private let nodes: Names<NodeDraft>?
  private let groups: Names<GroupDraft>?

  init(_ file: FileDraft) {
    uplinks = file.uplinks.map { Names($0.value) }
    checks = file.checks.map { Names($0.value) }
    nodes = file.nodes.map { Names($0.value) }
    groups = file.groups.map { Names($0.value) }
  }

  func uplink(_ name: String) -> Lookup<UplinkDraft> { uplinks?.look(up: name) ?? .broken }
  /// The first that has this interface.
  func uplink(by interface: String) -> UplinkDraft? {
    uplinks?.names.lazy.compactMap { name -> UplinkDraft? in
      guard case .found(let draft) = uplink(name) else { return nil }
      return draft.interface?.value.text == interface ? draft : nil
    }.first
  }

  func check(_ name: String) -> Lookup<CheckDraft> { checks?.look(up: name) ?? .broken }

  func node(_ name: String) -> Lookup<NodeDraft> { nodes?.look(up: name) ?? .broken }
  func group(_ name: String) -> Lookup<GroupDraft> { groups?.look(up: name) ?? .broken }

  func uplink(nearest name: String) -> String? { nearest(to: name, among: uplinks?.names ?? []) }
  func check(nearest name: String) -> String? { nearest(to: name, among: checks?.names ?? []) }
  func node(nearest name: String) -> String? { nearest(to: name, among: nodes?.names ?? []) }
  func group(nearest name: String) -> String? { nearest(to: name, among: groups?.names ?? []) }

  enum Lookup<Draft> {
    case found(Draft)
    case broken
    case missing
  }

  private struct Names<Draft> {
    let names: [String]
    let drafts: [String: Draft?]

    init(_ entries: [Named<Draft>]) {
      names = entries.map(\.name.value)
      drafts = Dictionary(
        entries.map { ($0.name.value, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    func look(up name: String) -> Lookup<Draft> {
      guard let entry = drafts[name] else { return .missing }
      return entry.map(Lookup.found) ?? .broken
    }
  }
}
