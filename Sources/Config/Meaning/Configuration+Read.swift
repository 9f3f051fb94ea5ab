import Model

extension Configuration {
  /// The configuration that a file's tree means, or all that is wrong with it at once.
  public static func read(_ root: ConfigNode) throws(ConfigProblems) -> Configuration {
    try reading(root).configuration
  }

  /// The same, with what is valid and yet probably not meant.
  public static func reading(_ root: ConfigNode) throws(ConfigProblems) -> ConfigReading {
    if case .null = root.content { throw ConfigProblems("the file is empty", at: root.position) }
    var findings = Findings()
    let draft = FileDraft.section.form.read(root, "the file", &findings)
    let configuration = draft?.configuration(&findings)
    if let failure = findings.failure { throw failure }
    guard let configuration else { preconditionFailure("a file was refused without a reason") }
    return ConfigReading(configuration: configuration, warnings: findings.warnings)
  }
}

/// A valid configuration, and what in its file is probably not meant.
public struct ConfigReading: Sendable {
  public let configuration: Configuration
  public let warnings: [ConfigProblem]
}

extension FileDraft {
  /// Second look: what only shows when values are compared. Broken values are passed over,
  /// as the first look told of them.
  func configuration(_ findings: inout Findings) -> Configuration {
    reportCrowding(&findings)
    reportSharedInterfaces(&findings)
    reportSharedAddresses(&findings)
    reportSharedTraffic(&findings)
    reportLANs(&findings)
    reportSharedMembers(&findings)
    reportNodes(&findings)
    reportVirtualRouters(&findings)
    let index = FileIndex(self)
    let damping = damping?.value ?? .on(.standard)
    let groups = (groups?.value ?? []).map { group in
      GroupReading(
        name: group.name.value, index: index, damping: damping, marks: marks?.value ?? .standard
      )
      .read(group.value, &findings)
    }
    let bonds = (bonds?.value ?? []).map { bond in
      BondReading(name: bond.name, index: index, damping: damping).read(bond.value, &findings)
    }
    let checksOfGroups = groups.flatMap(\.inlineChecks) + bonds.flatMap(\.inlineChecks)
    let uplinks = (uplinks?.value ?? []).map { uplink in
      UplinkReading(
        name: uplink.name.value, index: index, families: families(of: uplink.name.value),
        takenNames: Set(checksOfGroups.map(\.name))
      )
      .read(uplink.value, &findings)
    }
    let ofFile = uplinks.compactMap(\.uplink)
    return Configuration(
      node: node?.value ?? nil,
      marks: marks?.value ?? .standard,
      damping: damping.damping,
      hooks: hooks?.value ?? [],
      uplinks: ofFile,
      checks: (checks?.value ?? []).compactMap {
        $0.value?.definition(CheckName($0.name.value), &findings)
      } + uplinks.flatMap(\.inlineChecks) + checksOfGroups,
      bonds: bonds.compactMap(\.bond),
      nodes: (nodes?.value ?? []).compactMap { node in
        node.node(with: ownUplinks(of: node, unlike: ofFile, &findings))
      }, cluster: cluster?.value?.cluster,
      process: process?.value?.settings ?? ProcessSettings(),
      resolv: resolv?.value ?? nil,
      groups: groups.compactMap(\.group))
  }

  /// Those in which groups hold a route by an uplink.
  private func families(of uplink: String) -> [Family] {
    let drafts = (groups?.value ?? []).compactMap(\.value).filter { group in
      (group.tiers?.value ?? []).joined().contains { $0.name.value == uplink }
    }
    return Family.allCases.filter { family in
      drafts.contains { $0.route?.value?.family == family }
    }
  }

  private func reportCrowding(_ findings: inout Findings) {
    let ofRoutes = (groups?.value ?? []).count { $0.value?.route?.value != nil }
    if let groups, ofRoutes > Ours.maximumGroups {
      findings.report(
        "there are \(ofRoutes) groups of routes, and a machine has at most "
          + "\(Ours.maximumGroups); take routes together that have the same tiers",
        at: groups.position)
    }
    guard let uplinks else { return }
    let count = uplinks.value.count
    if count > Ours.maximumUplinks {
      findings.report(
        "there are \(count) uplinks, and a machine has at most \(Ours.maximumUplinks); "
          + "remove those that no group uses", at: uplinks.position)
    } else if let marks, count > marks.value.capacity {
      findings.report(
        "`marks` tells \(marks.value.capacity) uplinks apart, and there are \(count); "
          + "widen the mask", at: marks.position, didYouMean: marks.value.wide(for: count))
    }
  }

  private func reportSharedInterfaces(_ findings: inout Findings) {
    var owners: [InterfaceName: Placed<String>] = [:]
    for uplink in uplinks?.value ?? [] {
      guard let interface = uplink.value?.interface else { continue }
      if let owner = owners[interface.value] {
        findings.report(
          "interface \(interface.value.text.shown) is uplink \(owner.value.shown)'s already "
            + "(line \(owner.position.line)); an interface is one uplink's",
          at: interface.position)
      } else {
        owners[interface.value] = uplink.name
      }
    }
  }

  /// Answers leave by the link of their address, so the address must tell which that is.
  private func reportSharedAddresses(_ findings: inout Findings) {
    var owners: [IPAddress: Placed<String>] = [:]
    for uplink in uplinks?.value ?? [] {
      for address in uplink.value?.addresses?.value ?? [] {
        if let owner = owners.updateValue(uplink.name, forKey: address.value.address) {
          findings.report(
            "address \(address.value.address) is given to uplink \(owner.value.shown) already "
              + "(line \(owner.position.line)); an address is one uplink's", at: address.position)
        }
      }
    }
    for bond in bonds?.value ?? [] {
      for address in bond.value?.addresses?.value ?? [] {
        if let owner = owners.updateValue(bond.name, forKey: address.value.address),
          owner.value != bond.name.value
        {
          findings.report(
            "address \(address.value.address) is given to \(owner.value.shown) already "
              + "(line \(owner.position.line)); an address is one link's", at: address.position)
        }
      }
    }
  }
}

extension MarkSpace {
  /// The mask from the same lowest bit that tells so many links apart; nil when none does.
  fileprivate func wide(for count: Int) -> String? {
    let bits = UInt64.bitWidth - UInt64(count).leadingZeroBitCount
    let wide = (UInt64(1) << bits - 1) << mask.trailingZeroBitCount
    return UInt32(exactly: wide).map { "0x" + String($0, radix: 16) }
  }
}
