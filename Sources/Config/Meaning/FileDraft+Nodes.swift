import Model

/// What only shows when nodes and groups are compared.
extension FileDraft {
  /// An address is one node's, and members have one namespace.
  func reportNodes(_ findings: inout Findings) {
    var owners: [IPAddress: Placed<String>] = [:]
    for node in nodes?.value ?? [] {
      for address in node.value?.addresses?.value ?? [] {
        if let owner = owners.updateValue(node.name, forKey: address.value) {
          findings.report(
            "address \(address.value) is node \(owner.value.shown)'s already (line "
              + "\(owner.position.line)); an address is one node's", at: address.position)
        }
      }
      if let uplink = (uplinks?.value ?? []).first(where: { $0.name.value == node.name.value }) {
        findings.report(
          "\(node.name.value.shown) is an uplink's name already (line "
            + "\(uplink.name.position.line)); members have one namespace", at: node.name.position)
      }
      if let priority = node.value?.priority, let number = priority.value,
        number < 10 || number == 254
      {
        findings.report(
          "priority \(number) is Siaga's own; take one from 10 to 253, or 255 for the owner of the "
            + "addresses", at: priority.position)
      }
    }
    if let cluster, cluster.value != nil, (nodes?.value ?? []).count < 2 {
      findings.report("`cluster` needs `nodes`, two or more", at: cluster.position)
    }
  }
}

extension Named<NodeDraft> {
  /// Nil when a field is broken, of which the findings already tell.
  func node(with uplinks: [Uplink]) -> Node? {
    guard let value, let addresses = value.addresses, let priority = value.priority else {
      return nil
    }
    return Node(
      name: NodeName(name.value), addresses: addresses.value.map(\.value),
      priority: priority.value.map { UInt8($0) }, uplinks: uplinks)
  }
}
