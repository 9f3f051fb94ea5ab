import Model

extension CheckDraft {
  /// Nil when a field is broken, of which the findings already tell.
  func definition(_ name: CheckName, _ findings: inout Findings) -> CheckDefinition? {
    reportKinds(name, &findings)
    reportPrograms(&findings)
    reportIdleWindow(&findings)
    reportWindowLength(&findings)
    reportUnreachable("latency", latency, &findings)
    reportUnreachable("jitter", jitter, &findings)
    reportNeed(of: name, &findings)
    guard let asking = asking?.value, let need, let every, let timeout, let fall, let rise else {
      return nil
    }
    return CheckDefinition(
      name: name, kind: asking.kind, targets: asking.targets.map(\.value), need: need.value,
      every: every.value, timeout: timeout.value, fall: fall.value, rise: rise.value,
      quality: quality)
  }

  private func reportNeed(of name: CheckName, _ findings: inout Findings) {
    // How many resolvers there are is each uplink's business.
    guard let targets, let need, need.value > targets.count,
      !targets.contains(where: { $0.value.host == .resolvers })
    else { return }
    findings.report(
      "check \(name.text.shown) can never be up: it needs \(need.value) of \(targets.count)",
      at: need.position)
  }

  /// A program takes its time to start, and one must be over before the next begins.
  private func reportPrograms(_ findings: inout Findings) {
    guard case .exec = asking?.value.kind, let every, let timeout else { return }
    let shortest = Duration.milliseconds(100)
    if every.value < shortest {
      findings.report(
        "`every` is \(every.value.text), and a program is started at most every \(shortest.text)",
        at: every.position)
    } else if timeout.value > every.value {
      findings.report(
        "`timeout` is \(timeout.value.text), and `every` \(every.value.text): a program must be over "
          + "before it is started again; make `every` at least as long", at: timeout.position)
    }
  }

  /// Nil when no measure is to be judged.
  private var quality: Quality? {
    guard let window, let loss, let latency, let jitter,
      loss.value != nil || latency.value != nil || jitter.value != nil
    else { return nil }
    return Quality(
      window: window.value ?? Quality.defaultWindow, loss: loss.value, latency: latency.value,
      jitter: jitter.value)
  }

  private func reportIdleWindow(_ findings: inout Findings) {
    guard let window, window.value != nil, let loss, let latency, let jitter,
      loss.value == nil, latency.value == nil, jitter.value == nil
    else { return }
    findings.report(
      "`window` judges nothing; add `loss`, `latency` or `jitter`", at: window.position)
  }

  private func reportWindowLength(_ findings: inout Findings) {
    guard let quality, let window, let every = every?.value else { return }
    let shortest = every * Quality.probes.lowerBound
    let longest = every * Quality.probes.upperBound
    guard quality.window < shortest || quality.window > longest else { return }
    let (bound, factor, needed) =
      quality.window < shortest
      ? ("least", Quality.probes.lowerBound, shortest)
      : ("most", Quality.probes.upperBound, longest)
    findings.report(
      "`window` is \(quality.window.text)\(window.value == nil ? " when left out" : ""), and must "
        + "be at \(bound) \(factor) × `every`, which is \(needed.text)", at: window.position)
  }

  /// A limit that no link can reach is a mistake.
  private func reportUnreachable(
    _ measure: String, _ limit: Placed<Quality.Limit<Duration>?>?, _ findings: inout Findings
  ) {
    guard let limit, let down = limit.value?.down, let timeout = timeout?.value,
      down >= timeout
    else { return }
    findings.report(
      "\(measure.shown) never comes to \(down.text.shown): an answer later than `timeout` "
        + "(\(timeout.text)) is a lost one", at: limit.position)
  }
}
