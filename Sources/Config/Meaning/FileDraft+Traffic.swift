import Model

/// Which group takes which traffic: each packet should have one that is meant for it.
extension FileDraft {
  /// A group as far as traffic goes.
  private struct Claim {
    let name: Placed<String>
    let route: Placed<Prefix>
    let match: TrafficMatch?

    var selectors: [Selector] { match?.selectors ?? [.all] }

    func takesAll(of other: Claim) -> Bool {
      route.value.contains(other.route.value)
        && other.selectors.allSatisfy { theirs in selectors.contains { $0.contains(theirs) } }
    }

    func overlaps(_ other: Claim) -> Bool {
      (route.value.contains(other.route.value) || other.route.value.contains(route.value))
        && selectors.contains { own in other.selectors.contains { own.overlaps($0) } }
    }
  }

  func reportSharedTraffic(_ findings: inout Findings) {
    let claims = (groups?.value ?? []).compactMap(claim)
    for (place, claim) in claims.enumerated() {
      for earlier in claims.prefix(place) {
        if claim.route.value == earlier.route.value, claim.match == earlier.match {
          reportTwins(claim, earlier, &findings)
        } else if claim.match != nil, earlier.match != nil {
          warnOfOverlap(claim, earlier, &findings)
        }
      }
    }
  }

  private func claim(_ group: Named<GroupDraft>) -> Claim? {
    guard let draft = group.value, let place = draft.route, let prefix = place.value,
      let match = draft.match
    else { return nil }
    let route = Placed(prefix, at: place.position)
    guard let some = match.value else { return Claim(name: group.name, route: route, match: nil) }
    // A broken match claims nothing.
    return some.match.map { Claim(name: group.name, route: route, match: $0) }
  }

  private func reportTwins(_ claim: Claim, _ earlier: Claim, _ findings: inout Findings) {
    let what = claim.match == nil ? "" : " with the same `match`"
    findings.report(
      "route \(claim.route.value.routeName)\(what) is group \(earlier.name.value.shown)'s already "
        + "(line \(earlier.name.position.line)); a route is one group's", at: claim.route.position)
  }

  /// The special before the general is what the order is for; anything else is a surprise.
  private func warnOfOverlap(_ claim: Claim, _ earlier: Claim, _ findings: inout Findings) {
    let first = "group \(earlier.name.value.shown) (line \(earlier.name.position.line))"
    if earlier.takesAll(of: claim) {
      findings.warn(
        "group \(claim.name.value.shown) gets nothing: \(first) comes first and takes all of it",
        at: claim.name.position)
    } else if earlier.overlaps(claim), !claim.takesAll(of: earlier) {
      findings.warn(
        "what fits both group \(claim.name.value.shown) and \(first) goes by the latter",
        at: claim.name.position)
    }
  }
}
