import Model

extension GroupReading {
  /// What a match says must be of the route's family, and within what the kernel can ask.
  func reportMatch(of draft: GroupDraft, _ findings: inout Findings) {
    guard let place = draft.match, let match = place.value else { return }
    let prefixes = (match.from?.value ?? []) + (match.to?.value ?? [])
    for prefix in prefixes {
      guard let family = draft.route?.value?.family, prefix.value.family != family else { continue }
      findings.report(
        "group \(name.shown) holds an \(family.name) route, and \("\(prefix.value)".shown) is "
          + "\(prefix.value.family.name)", at: prefix.position)
    }
    reportPorts(of: match, &findings)
    reportMark(of: match, &findings)
    guard let selectors = match.match?.selectors else { return }
    if selectors.count > TrafficMatch.mostSelectors {
      findings.report(
        "`match` makes \(selectors.count) rules of its lists, and each slows every packet down; "
          + "at most \(TrafficMatch.mostSelectors) are taken", at: place.position)
    } else if selectors == [.all] {
      findings.warn("`match` limits nothing; leave it out", at: place.position)
    }
  }

  private func reportPorts(of match: MatchDraft, _ findings: inout Findings) {
    guard let ports = [match.fromPorts, match.toPorts].compactMap({ $0?.value.first }).first else {
      return
    }
    for transport in match.transports?.value ?? []
    where !Transport.ported.contains(transport.value) {
      findings.report(
        "\(Transport.name(of: transport.value).shown) has no ports, and line "
          + "\(ports.position.line) names some", at: transport.position)
    }
  }

  /// Our own bits are set after the groups have been asked.
  private func reportMark(of match: MatchDraft, _ findings: inout Findings) {
    guard let place = match.mark, let mark = place.value, mark.mask != .max,
      mark.mask & marks.mask != 0
    else { return }
    findings.report(
      "`mark` asks for bits of `marks` (0x\(String(marks.mask, radix: 16))), which are Siaga's "
        + "own; use others", at: place.position)
  }
}
