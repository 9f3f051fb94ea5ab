import Model

extension Scenario {
  /// The scenario that a file's tree means for a configuration, or all that is wrong with it.
  public static func read(
    _ root: ConfigNode, for configuration: Configuration
  ) throws(ConfigProblems) -> Scenario {
    var reading = ScenarioReading(configuration: configuration)
    reading.read(root)
    if let failure = reading.findings.failure { throw failure }
    return reading.scenario
  }
}

/// Goes through the file from top to bottom, once.
private struct ScenarioReading {
  let configuration: Configuration
  var findings = Findings()
  private var happenings: [Scenario.Timed<Scenario.Happening>] = []
  private var expectations: [Scenario.Timed<Scenario.Expectation>] = []
  private var end: Duration?
  private var seed: UInt64 = 1
  private var seen: Set<String> = []
  private var lastTimes: [String: Duration] = [:]  // of each kind of line

  init(configuration: Configuration) {
    self.configuration = configuration
  }

  var scenario: Scenario {
    Scenario(
      happenings: happenings, expectations: expectations, end: end ?? naturalEnd, seed: seed)
  }

  private var naturalEnd: Duration {
    let last = max(happenings.last?.at ?? .zero, expectations.last?.at ?? .zero)
    return min(last + Scenario.epilogue, Scenario.longest)
  }

  mutating func read(_ root: ConfigNode) {
    guard case .mapping(let entries) = root.content, !entries.isEmpty else {
      return findings.report(
        "a scenario has lines such as `at 10s: isp1 carrier down`, and this is \(root.found)",
        at: root.position)
    }
    guard entries.count <= Scenario.mostEntries else {
      return findings.report(
        "a scenario has at most \(Scenario.mostEntries) lines, and this has \(entries.count)",
        at: root.position)
    }
    entries.forEach { read($0) }
    judgeable()
  }

  private mutating func read(_ entry: ConfigNode.Entry) {
    guard seen.insert(entry.key).inserted else {
      return findings.report(
        "\(entry.key.shown) is there twice; make one list of both", at: entry.position)
    }
    let words = entry.key.split(separator: " ").map(String.init)
    switch words.first {
    case "at" where words.count == 2:
      happen(entry, time: words[1])
    case "check" where words.count == 3 && words[1] == "at":
      check(entry, time: words[2])
    case "until" where words.count == 1:
      end = time(entry.value, "`until`")
    case "seed" where words.count == 1:
      seed = UInt64(Form<Int>.number(0...Int.max).read(entry.value, "`seed`", &findings) ?? 1)
    default:
      findings.report(
        "a scenario has no line \(entry.key.shown); it has `at TIME`, `check at TIME`, `until` and"
          + " `seed`", at: entry.position,
        didYouMean: nearest(
          to: words.first ?? "", among: ["at", "check", "until", "seed"]))
    }
  }

  private mutating func happen(_ entry: ConfigNode.Entry, time text: String) {
    guard let at = time(text, entry, "`at`") else { return }
    for (text, position) in statements(entry) {
      var statement = ScenarioStatement(text, at: position, configuration)
      if let what = statement.happening(&findings) {
        happenings.append(.init(at: at, what: what, text: text, position: position))
      }
    }
  }

  private mutating func check(_ entry: ConfigNode.Entry, time text: String) {
    guard let at = time(text, entry, "`check at`") else { return }
    for (text, position) in statements(entry) {
      var subject: String?
      for part in text.split(separator: ",") {
        let clause = part.trimmed
        var statement = ScenarioStatement(clause, at: position, configuration)
        if let what = statement.expectation(subject: &subject, &findings) {
          expectations.append(.init(at: at, what: what, text: clause, position: position))
        }
      }
    }
  }

  /// One, or a list of them.
  private mutating func statements(_ entry: ConfigNode.Entry) -> [(String, ConfigPosition)] {
    let nodes: [ConfigNode]
    if case .sequence(let elements) = entry.value.content {
      nodes = elements
    } else {
      nodes = [entry.value]
    }
    return nodes.compactMap { node in
      guard case .scalar(let text, _) = node.content, !text.trimmed.isEmpty else {
        findings.report(
          "\(entry.key.shown) says what happens, or a list of it, not \(node.found)",
          at: node.position)
        return nil
      }
      return (text.trimmed, node.position)
    }
  }

  private mutating func time(
    _ text: String, _ entry: ConfigNode.Entry, _ what: String
  ) -> Duration? {
    let node = ConfigNode(.scalar(text, wasQuoted: false), at: entry.position)
    guard let at = time(node, what) else { return nil }
    let last = lastTimes.updateValue(at, forKey: what) ?? .zero
    guard at >= last else {
      findings.report(
        "\(what) goes back in time: \(at.text) comes after \(last.text); put them in order",
        at: entry.position)
      return nil
    }
    return at
  }

  private mutating func time(_ node: ConfigNode, _ what: String) -> Duration? {
    Form<Duration>.duration(.zero...Scenario.longest).read(node, what, &findings)
  }

  /// What is checked must have happened by the end.
  private mutating func judgeable() {
    guard let end else { return }
    for happening in happenings where happening.at > end {
      findings.report(
        "`until: \(end.text)` is before this, which would never happen", at: happening.position)
    }
    for expectation in expectations where expectation.at > end {
      findings.report(
        "`until: \(end.text)` is before this, which could not be judged",
        at: expectation.position)
    }
  }
}

extension StringProtocol {
  var trimmed: String {
    split { $0 == " " || $0 == "\t" }.joined(separator: " ")
  }
}
