import Model

/// A check, as the file gives it: named under `checks`, or inline in a group.
struct CheckDraft: SectionDraft {
  var ping: Placed<CheckTarget>?
  var every: Placed<Duration>?
  var timeout: Placed<Duration>?
  var fall: Placed<Int>?
  var rise: Placed<Int>?

  static let laterKinds = ["arp", "bfd", "dns", "exec", "file", "http", "tcp", "unit"]

  static let section = Section<CheckDraft>(
    "check",
    "What tells whether a member is healthy. It is asked over the link that it judges; "
      + "a mute target is down at most `every × fall + timeout` after its last answer.",
    later: laterKinds + ["jitter", "latency", "loss", "need", "window"],
    [
      Key(
        "ping", \.ping, Form.target.withMoreLater("more than one target"), .requiredOr(laterKinds),
        "Sends ICMP echoes to the uplink's gateway, or to an address."),
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
    switch check.kind {
    case .ping(let target): ping = Placed(target)
    }
    every = Placed(check.every)
    timeout = Placed(check.timeout)
    fall = Placed(check.fall)
    rise = Placed(check.rise)
  }

  /// Nil when a field is broken, of which the findings already tell.
  func definition(_ name: CheckName) -> CheckDefinition? {
    guard let ping, let every, let timeout, let fall, let rise else { return nil }
    return CheckDefinition(
      name: name, kind: .ping(ping.value), every: every.value, timeout: timeout.value,
      fall: fall.value, rise: rise.value)
  }
}
