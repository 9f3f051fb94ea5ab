import Model

/// Which hosts have addresses of which uplink.
extension FileDraft {
  func reportLANs(_ findings: inout Findings) {
    var owners: [(prefix: Prefix, uplink: Placed<String>)] = []
    for uplink in uplinks?.value ?? [] {
      guard let lans = uplink.value?.lans, !lans.value.isEmpty else { continue }
      for lan in lans.value {
        reportInterface(of: lan.value, &findings)
        for prefix in lan.value.prefixes?.value ?? [] {
          report(prefix, of: uplink.name, &owners, &findings)
        }
      }
      warnOfSilence(of: uplink.name, at: lans.position, &findings)
    }
  }

  private func reportInterface(of lan: LANDraft, _ findings: inout Findings) {
    guard let interface = lan.interface,
      let owner = uplinks?.value.first(where: {
        $0.value?.interface?.value == interface.value
      })
    else { return }
    findings.report(
      "interface \(interface.value.text.shown) is uplink \(owner.name.value.shown)'s (line "
        + "\(owner.name.position.line)), which leads out; `lan` takes the one to the hosts inside",
      at: interface.position)
  }

  private func report(
    _ prefix: Placed<Prefix>, of uplink: Placed<String>,
    _ owners: inout [(prefix: Prefix, uplink: Placed<String>)], _ findings: inout Findings
  ) {
    let shown = prefix.value.description.shown
    let rival = owners.first {
      $0.prefix.contains(prefix.value) || prefix.value.contains($0.prefix)
    }
    if let rival {
      findings.report(
        "prefix \(shown) is uplink \(rival.uplink.value.shown)'s already (line "
          + "\(rival.uplink.position.line)); a prefix is one uplink's, on one LAN",
        at: prefix.position)
    } else if prefix.value.length != 64 {
      findings.warn(
        "prefix \(shown) is not a /64; hosts make addresses of their own in a /64 only, and are "
          + "told nothing of any other", at: prefix.position)
    }
    owners.append((prefix.value, uplink))
  }

  /// Only who may carry `default6` can fail to.
  private func warnOfSilence(
    of uplink: Placed<String>, at position: ConfigPosition, _ findings: inout Findings
  ) {
    guard let groups, groups.value.allSatisfy({ $0.value?.tiers != nil }) else { return }
    let isSeated = groups.value.contains { group in
      group.value?.route?.value == .defaultV6
        && (group.value?.tiers?.value ?? []).joined().contains { $0.name.value == uplink.value }
    }
    if !isSeated {
      findings.warn(
        "the hosts of `lan` are never told anything: uplink \(uplink.value.shown) is in no group "
          + "that holds `default6`", at: position)
    }
  }
}
