import Model

/// What a check does, and whom it asks.
struct Asking: Sendable {
  let kind: CheckKind
  let targets: [Placed<CheckTarget>]
}

extension CheckDraft {
  init(_ kind: CheckKind, _ targets: [CheckTarget]) {
    let targets = targets.map { Placed($0) }
    switch kind {
    case .ping: ping = Placed(targets)
    case .arp: arp = Placed(targets)
    case .tcp: tcp = Placed(targets)
    case .dns(let question): dns = Placed(DNSUse(question: question, servers: targets))
    case .exec(let arguments): exec = Placed(targets.map { "\($0.value)" } + arguments)
    case .file: file = Placed(targets)
    case .wifi(let least): wifi = Placed(least)
    }
  }

  /// The one kind that is given; nil when there is none, or a broken one, or too many.
  var asking: Placed<Asking>? {
    let given = askings
    return given?.count == 1 ? given?[0] : nil
  }

  /// Whom it asks, whatever its kind.
  var targets: [Placed<CheckTarget>]? { asking?.value.targets }

  /// What can be done in one way only is given in one way only.
  func reportKinds(_ name: CheckName, _ findings: inout Findings) {
    guard let askings, askings.count > 1 else { return }
    let names = askings.map { $0.value.kind.key.shown }.spoken("and")
    findings.report(
      "check \(name.text.shown) is of one kind, and this has \(names); make one check of each, and "
        + "put them together where they are used", at: askings[1].position)
  }

  /// All kinds that are given, in the order of their keys; nil when one is broken.
  private var askings: [Placed<Asking>]? {
    guard let ping, let arp, let tcp, let dns, let exec, let file, let wifi else { return nil }
    let all: [Placed<Asking?>] = [
      ping.asking(.ping), arp.asking(.arp), tcp.asking(.tcp),
      Placed(
        dns.value.map { Asking(kind: .dns($0.question), targets: $0.servers) }, at: dns.position),
      Placed(exec.value.map { Asking(program: $0, at: exec.position) }, at: exec.position),
      file.asking(.file),
      Placed(
        wifi.value.map {
          Asking(kind: .wifi(atLeast: $0), targets: [Placed(.radio, at: wifi.position)])
        }, at: wifi.position),
    ]
    return all.compactMap { asking in asking.value.map { Placed($0, at: asking.position) } }
  }
}

extension Placed<[Placed<CheckTarget>]?> {
  fileprivate func asking(_ kind: CheckKind) -> Placed<Asking?> {
    Placed<Asking?>(value.map { Asking(kind: kind, targets: $0) }, at: position)
  }
}

extension Asking {
  /// - Parameter words: its path, and its arguments.
  fileprivate init(program words: [String], at position: ConfigPosition) {
    self.init(
      kind: .exec(arguments: Array(words.dropFirst())),
      targets: words.prefix(1).map { Placed(.path($0), at: position) })
  }
}

extension CheckKind {
  /// As the file calls it.
  var key: String {
    switch self {
    case .ping: "ping"
    case .arp: "arp"
    case .tcp: "tcp"
    case .dns: "dns"
    case .exec: "exec"
    case .file: "file"
    case .wifi: "wifi"
    }
  }
}
