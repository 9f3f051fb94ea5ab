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

  /// A number on a link is one group's, and so is an address.
  func reportVirtualRouters(_ findings: inout Findings) {
    var routers: [VirtualRouter.ID: Placed<String>] = [:]
    var addresses: [IPAddress: Placed<String>] = [:]
    var links: [InterfaceName: Placed<InterfaceName>] = [:]  // of virtual MACs, by their names
    let own = Set((nodes?.value ?? []).flatMap { $0.value?.addresses?.value.map(\.value) ?? [] })
    for group in groups?.value ?? [] {
      for draft in group.value?.addresses?.value ?? [] {
        guard let address = draft.value.address, let interface = draft.value.interface,
          let number = draft.value.number
        else { continue }
        let id = VirtualRouter.ID(
          interface: interface.value, family: address.value.family, number: UInt8(number.value))
        if let owner = routers[id], owner.value != group.name.value {
          findings.report(
            "virtual router \(id) is group \(owner.value.shown)'s already (line "
              + "\(owner.position.line)); take another `vrid`", at: number.position)
        }
        routers[id] = group.name
        if draft.value.mac?.value == .virtual {
          if let owner = links[id.linkName], owner.value != id.interface {
            findings.report(
              "\(id.linkName) is the interface for the virtual MAC of `vrid` \(id.number) on "
                + "\(owner.value) (line \(owner.position.line)), and so cannot be that on "
                + "\(id.interface); take another `vrid`", at: number.position)
          } else {
            links[id.linkName] = Placed(id.interface, at: number.position)
          }
        }
        if let owner = addresses.updateValue(group.name, forKey: address.value) {
          findings.report(
            "address \(address.value) is held by group \(owner.value.shown) already (line "
              + "\(owner.position.line))", at: address.position)
        }
        if own.contains(address.value) {
          findings.report(
            "address \(address.value) is a node's own; a node that has it always cannot give it to "
              + "another", at: address.position)
        }
      }
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
