import Model

/// A check, as the file gives it: named under `checks`, or inline in a group.
struct CheckDraft: SectionDraft {
  var ping: Placed<[Placed<CheckTarget>]>?
  var need: Placed<Int>?
  var every: Placed<Duration>?
  var timeout: Placed<Duration>?
  var fall: Placed<Int>?
  var rise: Placed<Int>?

  static let mostTargets = 16
  static let laterKinds = ["arp", "bfd", "dns", "exec", "file", "http", "tcp", "unit"]

  static let section = Section<CheckDraft>(
    "check",
    "What tells whether a member is healthy. It is asked over the link that it judges; "
      + "a mute target is down at most `every × fall + timeout` after its last answer.",
    chapter: "checks.NAME",
    later: laterKinds + ["jitter", "latency", "loss", "window"],
    [
      Key(
        "ping", \.ping, Form.target.oneOrList(atMost: mostTargets), .requiredOr(laterKinds),
        "Sends ICMP echoes to the uplink's gateway, or to an address, or to each of a list. "
          + "Targets of the family that is judged count; one that fails by all links at once is "
          + "itself at fault, and is left out while others remain."),
      Key(
        "need", \.need, .number(1...mostTargets), .default(1),
        "How many of the targets must be up. Of those of one family at most as many as there "
          + "are."),
      Key(
        "every", \.every, .duration(.milliseconds(10)...(.seconds(3_600))), .default(.seconds(1)),
        "The time from one probe to the next, whatever is still unanswered."),
      Key(
        "timeout", \.timeout, .duration(.milliseconds(10)...(.seconds(60))), .default(.seconds(1)),
        "How long an answer may take; it may be longer than `every`."),
      Key(
        "fall", \.fall, .number(1...100), .default(3),
        "How many probes in a row must be lost until the member is down."),
      Key(
        "rise", \.rise, .number(1...100), .default(3),
        "How many probes in a row must be answered until the member is up."),
    ])
}

extension CheckDraft {
  init(_ check: CheckDefinition) {
    let targets = check.targets.map { Placed($0) }
    switch check.kind {
    case .ping: ping = Placed(targets)
    }
    need = Placed(check.need)
    every = Placed(check.every)
    timeout = Placed(check.timeout)
    fall = Placed(check.fall)
    rise = Placed(check.rise)
  }

  /// Whom it asks, whatever its kind.
  var targets: [Placed<CheckTarget>]? { ping?.value }

  /// Nil when a field is broken, of which the findings already tell.
  func definition(
    _ name: CheckName, _ findings: inout Findings
  ) -> CheckDefinition? {
    if let targets, let need, need.value > targets.count {
      findings.report(
        "check \(name.text.shown) can never be up: it needs \(need.value) of \(targets.count)",
        at: need.position)
    }
    guard let ping, let need, let every, let timeout, let fall, let rise else { return nil }
    return CheckDefinition(
      name: name, kind: .ping, targets: ping.value.map(\.value), need: need.value,
      every: every.value, timeout: timeout.value, fall: fall.value, rise: rise.value)
  }
}
