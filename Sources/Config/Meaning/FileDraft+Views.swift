import Model

/// The file as each of its nodes sees it: with its own uplinks in the place of the file's.
extension FileDraft {
  /// Those that are otherwise on a node; the whole file is looked at from there.
  func ownUplinks(
    of node: Named<NodeDraft>, unlike uplinks: [Uplink], _ findings: inout Findings
  ) -> [Uplink] {
    guard let changes = node.value?.uplinks?.value, !changes.isEmpty else { return [] }
    reportStrangers(among: changes, of: node, &findings)
    var seen = Findings()
    let view = view(from: node.name.value, changes).configuration(&seen)
    findings.add(seen, seenFrom: "on node \(node.name.value.shown)")
    return view.uplinks.filter { !uplinks.contains($0) }
  }

  private func view(from node: String, _ changes: [Named<UplinkDraft>]) -> FileDraft {
    var view = self
    view.uplinks = uplinks.map { all in
      let changed = all.value.map { uplink in
        let change = changes.first { $0.name.value == uplink.name.value }?.value
        return Named(uplink.name, uplink.value.map { $0.changed(by: change) })
      }
      return Placed(changed, at: all.position)
    }
    view.nodes = nodes.map { all in
      let others = all.value.map { other in
        var draft = other.value
        draft?.uplinks = Placed([])
        return Named(other.name, draft)
      }
      return Placed(others, at: all.position)
    }
    return view
  }

  private func reportStrangers(
    among changes: [Named<UplinkDraft>], of node: Named<NodeDraft>, _ findings: inout Findings
  ) {
    guard let uplinks else { return }
    let names = uplinks.value.map(\.name.value)
    for change in changes where !names.contains(change.name.value) {
      findings.report(
        "node \(node.name.value.shown) changes uplink \(change.name.value.shown), which the file's "
          + "`uplinks` has not; add it there", at: change.name.position,
        didYouMean: nearest(to: change.name.value, among: names))
    }
  }
}

extension UplinkDraft {
  fileprivate func changed(by change: UplinkDraft?) -> UplinkDraft {
    guard let change else { return self }
    var draft = self
    draft.interface = change.interface ?? interface
    draft.addresses = change.addresses ?? addresses
    draft.gateways = change.gateways ?? gateways
    draft.resolvers = change.resolvers ?? resolvers
    draft.nat = change.nat ?? nat
    draft.nat6 = change.nat6 ?? nat6
    draft.mss = change.mss ?? mss
    draft.budget = change.budget ?? budget
    draft.lans = change.lans ?? lans
    return draft
  }

  /// What one has that another has not.
  init(_ own: Uplink, unlike other: Uplink) {
    self.init(own)
    if own.interface == other.interface { interface = nil }
    if own.addresses == other.addresses { addresses = nil }
    if (own.gateways, own.findsGateways) == (other.gateways, other.findsGateways) { gateways = nil }
    if own.resolvers == other.resolvers { resolvers = nil }
    if own.nat == other.nat { nat = nil }
    if own.nat6 == other.nat6 { nat6 = nil }
    if own.clampsMSS == other.clampsMSS { mss = nil }
    if own.budget == other.budget { budget = nil }
    if own.lans == other.lans { lans = nil }
  }
}
