import Model

/// What happens.
extension ScenarioStatement {
  mutating func happening(_ findings: inout Findings) -> Scenario.Happening? {
    let found =
      switch words.popFirst() {
      case "siaga": order(&findings).map(Scenario.Happening.order)
      case "daemon": ofDaemon(&findings)
      case "kernel": ofKernel(&findings)
      case "clock": clock(&findings)
      case let name?: uplink(name, &findings).flatMap { ofLink($0, &findings) }
      case nil: Scenario.Happening?.none
      }
    guard found != nil, let rest = words.first else { return found }
    findings.report("\(text.shown) has \(rest.shown) too many", at: position)
    return nil
  }

  private mutating func ofLink(
    _ name: UplinkName, _ findings: inout Findings
  ) -> Scenario.Happening? {
    let known = [
      "carrier down", "carrier up", "flaps every 1s", "vanishes", "returns", "address lost",
      "address back", "mute", "mute beyond", "answers", "loss 40%", "duplication 10%",
      "delay 80ms", "jitter 20ms",
    ]
    switch words.popFirst() {
    case "carrier":
      return choice(["down", "up"], &findings).map { .carrier(name, isThere: $0 == "up") }
    case "flaps":
      guard word("every", &findings) else { return nil }
      return duration(.milliseconds(2), &findings).map { .flaps(name, every: $0) }
    case "vanishes": return .device(name, isThere: false)
    case "returns": return .device(name, isThere: true)
    case "address":
      return choice(["lost", "back"], &findings).map { .address(name, isThere: $0 == "back") }
    case "mute":
      if words.isEmpty { return .mute(name, isBeyondGateway: false) }
      return word("beyond", &findings) ? .mute(name, isBeyondGateway: true) : nil
    case "answers": return .answers(name)
    case "loss": return percent(&findings).map { .impaired(name, .loss($0)) }
    case "duplication": return percent(&findings).map { .impaired(name, .duplication($0)) }
    case "delay": return duration(.zero, &findings).map { .impaired(name, .delay($0)) }
    case "jitter": return duration(.zero, &findings).map { .impaired(name, .jitter($0)) }
    case let verb:
      return refuse(verb, "what can happen to a link", known, &findings)
    }
  }

  private mutating func ofDaemon(_ findings: inout Findings) -> Scenario.Happening? {
    switch words.popFirst() {
    case "killed":
      if words.isEmpty { return .killed(downFor: .seconds(1)) }
      guard word("for", &findings) else { return nil }
      return duration(.milliseconds(1), &findings).map { .killed(downFor: $0) }
    case "stalls": return duration(.milliseconds(1), &findings).map { .stalls($0) }
    case let verb:
      return refuse(
        verb, "what can happen to the daemon", ["killed", "killed for 3s", "stalls 5s"], &findings)
    }
  }

  private mutating func ofKernel(_ findings: inout Findings) -> Scenario.Happening? {
    switch words.popFirst() {
    case "refuses": return percent(&findings).map { .refuses($0) }
    case "obeys": return .refuses(Percent(0))
    case "overflows": return .overflows
    case let verb:
      return refuse(
        verb, "what the kernel can do", ["refuses 50%", "obeys", "overflows"], &findings)
    }
  }

  private mutating func clock(_ findings: inout Findings) -> Scenario.Happening? {
    guard let step = words.popFirst(), let sign = step.first, sign == "+" || sign == "-" else {
      findings.report(
        "`clock` takes a step forward or back, such as `+2h` or `-30m`", at: position)
      return nil
    }
    words = [String(step.dropFirst())] + words
    return duration(.milliseconds(1), &findings).map { .clock(sign == "-" ? .zero - $0 : $0) }
  }

  private mutating func order(_ findings: inout Findings) -> Scenario.Order? {
    switch words.popFirst() {
    case "switch":
      guard let group = group(&findings), let member = member(of: group, &findings) else {
        return nil
      }
      return .hold(group.name, member, isHard: flag("--hard"))
    case "failback": return group(&findings).map { .failback($0.name) }
    case "auto": return group(&findings).map { .auto($0.name) }
    case "drain": return member(of: nil, &findings).map { .drain($0, isForced: flag("--force")) }
    case "undrain": return member(of: nil, &findings).map { .undrain($0) }
    case let verb:
      return refuse(
        verb, "an order of a scenario",
        [
          "switch internet isp2", "failback internet", "auto internet", "drain isp1",
          "undrain isp1",
        ], &findings)
    }
  }
}
