import Model

/// A check, as the file gives it: named under `checks`, or inline in a group or an uplink.
struct CheckDraft: SectionDraft {
  var ping: Placed<[Placed<CheckTarget>]?>?
  var arp: Placed<[Placed<CheckTarget>]?>?
  var tcp: Placed<[Placed<CheckTarget>]?>?
  var dns: Placed<DNSUse?>?
  var exec: Placed<[String]?>?
  var file: Placed<[Placed<CheckTarget>]?>?
  var wifi: Placed<Int?>?
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
  static let kinds = ["ping", "arp", "tcp", "dns", "exec", "file", "wifi"]
  static let laterKinds = ["bfd", "http", "unit"]

  static let section = Section<CheckDraft>(
    "check",
    "What tells whether a member is healthy. It is asked over the link that it judges; "
      + "a mute target is down at most `every × fall + timeout` after its last answer.",
    chapter: "checks.NAME",
    later: laterKinds,
    [
      Key(
        "ping", \.ping, Form.target.oneOrList(atMost: mostTargets).optional, oneKind(),
        "Sends ICMP echoes to the uplink's gateway or `resolvers`, or to an address, or each of a list. "
          + "Targets of the family that is judged count; one that fails by all links at once is "
          + "itself at fault, and is left out while others remain."),
      Key(
        "arp", \.arp, Form.target.oneOrList(atMost: mostTargets).optional, oneKind(),
        "Asks on the link itself who has the target's address: by ARP in IPv4, by neighbour "
          + "discovery in IPv6. It also finds hosts that answer no echo, and no router in between "
          + "can answer in their place. Links without hardware addresses (tunnels, PPP) cannot be "
          + "probed so."),
      Key(
        "tcp", \.tcp, Form.port.oneOrList(atMost: mostTargets).optional, oneKind(),
        "Opens a TCP connection to the port, and closes it at once. That nobody listens there "
          + "(the connection is refused) proves the way, but not the service: it is a failure, and "
          + "is told."),
      Key(
        "dns", \.dns, Form.dns.optional, oneKind(),
        "Asks a resolver by UDP: `{ name: example.org, type: A, server: gateway }`, where `type` "
          + "and `server` (`gateway`, `resolvers`, an address, or a list) may be left out; or the "
          + "name alone. With `resolvers` each that the uplink's `dns` or its lease names is asked by "
          + "that link; while none is known, nothing is judged. An answer "
          + "that there is no such name, or no such record, is as good as any: the resolver works. "
          + "SERVFAIL, REFUSED and the like are failures."),
      Key(
        "exec", \.exec, Form.command.optional, oneKind(),
        "Runs a program, without a shell: up while its exit status is 0. It should ask by the "
          + "link that it is told of: `SIAGA_INTERFACE`, `SIAGA_ADDRESS`, `SIAGA_GATEWAY`, "
          + "`SIAGA_FAMILY`, `SIAGA_UPLINK` and `SIAGA_CHECK` are in its environment, and else "
          + "only `PATH`. What still runs after `timeout` is killed, with all that it started; the "
          + "first line of its output is told when it fails. At most 16 run at once."),
      Key(
        "file", \.file, Form.path.oneOrList(atMost: mostTargets).optional, oneKind(),
        "Up while the file is there and can be read, unless its first line is "
          + "\(ProbeResult.noes.map(\.shown).spoken())."),
      Key(
        "wifi", \.wifi, Form.signal.optional, oneKind(),
        "Up while a Wi-Fi station hears its access point at least so loud, as `iw dev NAME link` tells: "
          + "`wifi: -75dBm`. Whether it is in a network its carrier says already. An interface that is no "
          + "Wi-Fi has no signal to judge, and passes."),
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
    self.init(check.kind, check.targets)
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

  private static func oneKind<Value>() -> Absence<Value?> {
    .alternative(nil, to: kinds, later: laterKinds)
  }
}
