import Config
import Model

extension MWAN3 {
  /// The device that an interface of OpenWrt's is on: `@wan` is wan's own device.
  func device(of tracked: MWAN3Index.Tracked) -> String {
    var next = tracked
    var passed: Set<String> = []
    while passed.insert(next.name).inserted {
      let device = ownDevice(of: next)
      guard device.hasPrefix("@") else { return device }
      guard let other = index.trackedByName[String(device.dropFirst())] else { return next.name }
      next = other
    }
    return tracked.name  // They name each other.
  }

  private func ownDevice(of tracked: MWAN3Index.Tracked) -> String {
    guard let network = tracked.network else { return tracked.name }
    let proto = network.option("proto")?.value ?? ""
    // netifd names what it makes itself after the protocol.
    if ["pppoe", "ppp", "3g", "pptp", "l2tp"].contains(proto) { return "\(proto)-\(tracked.name)" }
    if proto == "wireguard" { return tracked.name }
    return network.option("device")?.value ?? network.option("ifname")?.value ?? tracked.name
  }

  mutating func add(_ tracked: MWAN3Index.Tracked) {
    guard tracked.mwan3.isOn("enabled", otherwise: true) else {
      return leave(tracked.mwan3, "it is disabled")
    }
    let masquerades = index.masqueraded?.contains(tracked.name)
    let clamps = index.clamped.contains(tracked.name)
    let addresses = addresses(of: tracked)
    let place = tracked.mwan3.place
    intent.link(device(of: tracked), at: place) { link in
      link.name = link.name ?? tracked.name
      link.addresses += addresses
      if addresses.isEmpty { link.isDynamic[tracked.family] = true }
      if masquerades ?? true {
        if tracked.family == .ipv4 { link.nat = .masquerade } else { link.nat6 = .masquerade }
      }
      if clamps { link.clampsMSS = true }
    }
    if masquerades == nil {
      report.amend(
        place, .differs("NAT is taken for granted: OpenWrt's file `firewall` would tell"))
    }
    guard let network = tracked.network else {
      return report.amend(
        place,
        .differs(
          "its device is not known, and taken to be `\(tracked.name)`: give OpenWrt's file "
            + "`network` too"))
    }
    report.amend(network.place, .carried)
  }

  private mutating func addresses(of tracked: MWAN3Index.Tracked) -> [InterfaceAddress] {
    guard let network = tracked.network else { return [] }
    if tracked.family == .ipv6 {
      return network.values("ip6addr").compactMap { read($0.value, length: 128, at: $0.place) }
    }
    let mask = network.option("netmask").flatMap { IPAddress($0.value)?.maskLength }
    return network.values("ipaddr").compactMap { read($0.value, length: mask ?? 32, at: $0.place) }
  }

  private mutating func read(
    _ text: String, length: Int, at place: SourcePlace
  ) -> InterfaceAddress? {
    if let whole = InterfaceAddress(text) { return whole }
    if let address = IPAddress(text) { return InterfaceAddress(address, length: length) }
    report.amend(place, .left("this is no address"))
    return nil
  }

  func gateway(of tracked: MWAN3Index.Tracked) -> IPAddress? {
    tracked.network?.option(tracked.family == .ipv4 ? "gateway" : "ip6gw")
      .flatMap { IPAddress($0.value) }
  }
}

// MARK: - How it is asked

extension MWAN3 {
  /// What mwan3 does where its file is silent (mwan3 2.12).
  mutating func question(of tracked: MWAN3Index.Tracked) -> Question? {
    let section = tracked.mwan3
    let hosts = section.values("track_ip").compactMap { host -> IPAddress? in
      if let address = IPAddress(host.value), address.family == tracked.family, address.isOfOneHost
      {
        return address
      }
      report.amend(host.place, .left("this is no \(tracked.family.name) address of a host"))
      return nil
    }
    guard !hosts.isEmpty else { return nil }
    var question = Question(
      kind: kind(of: section), targets: Array(hosts.prefix(16)).map { .address($0) },
      need: need(section, of: hosts.count),
      every: seconds(section, "interval", 10, 1...3_600),
      timeout: seconds(section, "timeout", 4, 1...60),
      fall: number(section, "down", 5, 1...100), rise: number(section, "up", 5, 1...100))
    if hosts.count > 16 {
      amend(section, "track_ip", .differs("a check asks at most 16 hosts; the first count"))
    }
    if let count = section.number("count"), count > 1 {
      amend(section, "count", .differs("one probe a round is sent, not \(count)"))
    }
    if section.isOn("check_quality", otherwise: false) {
      question.quality = quality(of: section, question)
    }
    return question
  }

  private mutating func kind(of section: UCIFile.Section) -> CheckKind {
    switch section.option("track_method")?.value {
    case nil, "ping": return .ping
    case "arping": return .arp
    case let other?:
      amend(section, "track_method", .differs("it asks by ping; `\(other.printable)` is not known"))
      return .ping
    }
  }

  private mutating func need(_ section: UCIFile.Section, of count: Int) -> Int {
    let wanted = section.number("reliability") ?? 1
    let most = min(count, 16)
    if !(1...most).contains(wanted) {
      amend(
        section, "reliability",
        .differs("of \(count) hosts \(wanted) can never answer; here \(most)"))
    }
    return min(max(wanted, 1), most)
  }

  private mutating func seconds(
    _ section: UCIFile.Section, _ name: String, _ usual: Int, _ bounds: ClosedRange<Int>
  ) -> Duration {
    .seconds(number(section, name, usual, bounds))
  }

  private mutating func number(
    _ section: UCIFile.Section, _ name: String, _ usual: Int, _ bounds: ClosedRange<Int>
  ) -> Int {
    guard section.option(name) != nil else { return usual }
    let found = section.number(name)
    let kept = min(max(found ?? usual, bounds.lowerBound), bounds.upperBound)
    if found != kept {
      amend(
        section, name, .differs("it takes \(bounds.lowerBound) to \(bounds.upperBound): \(kept)"))
    }
    return kept
  }

  private static let longestWindow = Duration.seconds(3_600)

  /// mwan3 looks at each round by itself; a window is what that comes nearest to.
  private mutating func quality(of section: UCIFile.Section, _ question: Question) -> Quality? {
    let window = max(Quality.defaultWindow, question.every * Quality.probes.lowerBound)
    guard window <= Self.longestWindow else {
      amend(section, "check_quality", .differs("it is asked too seldom to judge quality by"))
      return nil
    }
    amend(section, "check_quality", .differs("quality is judged over \(window.text), not a round"))
    let loss = limit(section, "loss", failure: 40, recovery: 10, 1...100, best: 0)
    var latency = limit(section, "latency", failure: 1_000, recovery: 500, 2...60_000, best: 1)
    if let down = latency?.down, .milliseconds(down) >= question.timeout {
      amend(
        section, "check_quality",
        .differs("answers later than its timeout (\(question.timeout.text)) are lost ones"))
      latency = nil
    }
    return Quality(
      window: window,
      loss: loss.map { .init(down: Percent($0.down), up: Percent($0.up)) },
      latency: latency.map { .init(down: .milliseconds($0.down), up: .milliseconds($0.up)) })
  }

  private mutating func limit(
    _ section: UCIFile.Section, _ measure: String, failure: Int, recovery: Int,
    _ bounds: ClosedRange<Int>, best: Int
  ) -> (down: Int, up: Int)? {
    let down = number(section, "failure_\(measure)", failure, bounds)
    let up = number(section, "recovery_\(measure)", recovery, best...bounds.upperBound)
    guard up < down else {
      amend(
        section, "recovery_\(measure)",
        .differs("what is bad at \(down) cannot be good at \(up); half of it is taken"))
      return (down, down / 2)
    }
    return (down, up)
  }
}

extension IPAddress {
  /// Of a mask such as 255.255.255.0; nil: it is none.
  var maskLength: Int? {
    guard case .v4(let bits) = self else { return nil }
    let length = (~bits).leadingZeroBitCount
    return bits == (length == 0 ? 0 : UInt32.max << UInt32(32 - length)) ? length : nil
  }
}
