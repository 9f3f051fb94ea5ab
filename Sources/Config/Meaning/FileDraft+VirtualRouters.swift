import Model

/// What only shows when the addresses of all groups are compared.
extension FileDraft {
  func reportVirtualRouters(_ findings: inout Findings) {
    var taken = TakenByGroups(owners: owners)
    for group in groups?.value ?? [] {
      for draft in group.value?.addresses?.value ?? [] {
        taken.report(draft.value, of: group.name, &findings)
      }
    }
  }

  /// Whose own an address is, in words.
  private var owners: [IPAddress: String] {
    var owners: [IPAddress: String] = [:]
    let known =
      (uplinks?.value ?? []) + (nodes?.value ?? []).flatMap { $0.value?.uplinks?.value ?? [] }
    for uplink in known {
      for address in uplink.value?.addresses?.value ?? [] {
        owners[address.value.address] = "uplink \(uplink.name.value.shown)'s"
      }
    }
    for node in nodes?.value ?? [] {
      for address in node.value?.addresses?.value ?? [] {
        owners[address.value] = "node \(node.name.value.shown)'s"
      }
    }
    return owners
  }
}

/// A number on a link is one group's, and so is an address, which is nobody's own.
private struct TakenByGroups {
  let owners: [IPAddress: String]
  private var routers: [VirtualRouter.ID: Placed<String>] = [:]
  private var addresses: [IPAddress: Placed<String>] = [:]
  private var links: [InterfaceName: Placed<InterfaceName>] = [:]  // of virtual MACs

  init(owners: [IPAddress: String]) {
    self.owners = owners
  }

  mutating func report(
    _ draft: VirtualAddressDraft, of group: Placed<String>, _ findings: inout Findings
  ) {
    guard let address = draft.address, let interface = draft.interface, let number = draft.number
    else { return }
    let id = VirtualRouter.ID(
      interface: interface.value, family: address.value.family, number: UInt8(number.value))
    if let owner = routers[id], owner.value != group.value {
      findings.report(
        "virtual router \(id) is group \(owner.value.shown)'s already (line "
          + "\(owner.position.line)); take another `vrid`", at: number.position)
    }
    routers[id] = group
    if draft.mac?.value == .virtual { reportLink(of: id, at: number.position, &findings) }
    if let owner = addresses.updateValue(group, forKey: address.value) {
      findings.report(
        "address \(address.value) is held by group \(owner.value.shown) already (line "
          + "\(owner.position.line))", at: address.position)
    }
    if let owner = owners[address.value] {
      findings.report(
        "address \(address.value) is \(owner) own; who has it always cannot give it to another "
          + "node", at: address.position)
    }
  }

  private mutating func reportLink(
    of id: VirtualRouter.ID, at position: ConfigPosition, _ findings: inout Findings
  ) {
    guard let owner = links[id.linkName], owner.value != id.interface else {
      links[id.linkName] = Placed(id.interface, at: position)
      return
    }
    findings.report(
      "\(id.linkName) is the interface for the virtual MAC of `vrid` \(id.number) on "
        + "\(owner.value) (line \(owner.position.line)), and so cannot be that on "
        + "\(id.interface); take another `vrid`", at: position)
  }
}
