import Model

/// A check, as the file gives it: named under `checks`, or inline in a group.
struct CheckDraft: SectionDraft {
  var ping: Placed<[Placed<CheckTarget>]>?
  var need: Placed<Int>?
  var every: Placed<Duration>?
  var timeout: Placed<Duration>?
  var fall: Placed<Int>?
  var rise: Placed<Int>?
  var window: Placed<Duration?>?
  var loss: Placed<Quality.Limit<Percent>?>?
  var latency: Placed<Quality.Limit<Duration>?>?
  var jitter: Placed<Quality.Limit<Duration>?>?

  static let mostTargets = 16
  static let laterKinds = ["arp", "bfd", "dns", "exec", "file", "http", "tcp", "unit"]

  static let section = Section<CheckDraft>(
    "check",
    "What tells whether a member is healthy. It is asked over the link that it judges; "
      + "a mute target is down at most `every × fall + timeout` after its last answer.",
    chapter: "checks.NAME",
    later: laterKinds,
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
      Key(
        "window", \.window, Form<Duration>.duration(.seconds(1)...(.seconds(3_600))).optional,
        .means(nil, "`\(Quality.defaultWindow.text)`, where `loss`, `latency` or `jitter` stands"),
        "Over how much time quality is judged: at least \(Quality.probes.lowerBound) × `every`, "
          + "at most \(Quality.probes.upperBound) ×. Nothing is judged until half of it has been "
          + "seen, and one lost probe is never loss."),
      Key(
        "loss", \.loss, Form.limit().optional, .means(nil, "not judged"),
        "From which share of lost probes on the member is down, and at which it may be up again: "
          + "`{ down: 20%, up: 10% }`. A value alone is `down`; `up` is then half of it."),
      Key(
        "latency", \.latency, Form.limit().optional, .means(nil, "not judged"),
        "The same of the mean time until the answer: `{ down: 200ms, up: 100ms }`."),
      Key(
        "jitter", \.jitter, Form.limit().optional, .means(nil, "not judged"),
        "The same of the mean difference from one such time to the next."),
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
    window = Placed(check.quality?.window)
    loss = Placed(check.quality?.loss)
    latency = Placed(check.quality?.latency)
    jitter = Placed(check.quality?.jitter)
  }

  /// Whom it asks, whatever its kind.
  var targets: [Placed<CheckTarget>]? { ping?.value }
}
