import Model

/// One statement of a scenario, word by word.
struct ScenarioStatement {
  let text: String
  let position: ConfigPosition
  let configuration: Configuration
  var words: ArraySlice<String>

  init(_ text: String, at position: ConfigPosition, _ configuration: Configuration) {
    self.text = text
    self.position = position
    self.configuration = configuration
    words = text.split(separator: " ").map(String.init)[...]
  }

  func uplink(_ name: String, _ findings: inout Findings) -> UplinkName? {
    if configuration.uplink(UplinkName(name)) != nil { return UplinkName(name) }
    findings.report(
      "there is no uplink \(name.shown); a statement begins with an uplink, `daemon`, `kernel`,"
        + " `clock` or `siaga`", at: position,
      didYouMean: nearest(
        to: name,
        among: configuration.uplinks.map(\.name.text) + ["daemon", "kernel", "clock", "siaga"]))
    return nil
  }

  mutating func group(_ findings: inout Findings) -> Group? {
    guard let name = words.popFirst() else { return missing("a group", &findings) }
    return group(name, &findings)
  }

  func group(_ name: String, _ findings: inout Findings) -> Group? {
    if let group = configuration.groups.first(where: { $0.name.text == name }) { return group }
    findings.report(
      "there is no group \(name.shown)", at: position,
      didYouMean: nearest(to: name, among: configuration.groups.map(\.name.text)))
    return nil
  }

  mutating func member(of group: Group?, _ findings: inout Findings) -> MemberID? {
    guard let name = words.popFirst() else { return missing("a member", &findings) }
    let members =
      group.map { $0.members.map(\.id) } ?? configuration.groups.flatMap { $0.members.map(\.id) }
    if let member = members.first(where: { $0.text == name }) { return member }
    findings.report(
      "\(name.shown) is no member of \(group.map { "group `\($0.name)`" } ?? "any group")",
      at: position, didYouMean: nearest(to: name, among: members.map(\.text)))
    return nil
  }

  func missing<Value>(_ what: String, _ findings: inout Findings) -> Value? {
    findings.report("\(text.shown) lacks \(what)", at: position)
    return nil
  }

  mutating func flag(_ word: String) -> Bool {
    guard words.first == word else { return false }
    words.removeFirst()
    return true
  }

  mutating func word(_ expected: String, _ findings: inout Findings) -> Bool {
    choice([expected], &findings) != nil
  }

  mutating func choice(_ known: [String], _ findings: inout Findings) -> String? {
    let word = words.popFirst()
    if let word, known.contains(word) { return word }
    return refuse(word, "what may stand there", known, &findings)
  }

  mutating func duration(
    _ least: Duration, _ findings: inout Findings
  ) -> Duration? {
    value(Form.duration(least...Scenario.longest), "a time", &findings)
  }

  mutating func percent(_ findings: inout Findings) -> Percent? {
    value(Form.percent(Percent(0)...Percent(100)), "a share", &findings)
  }

  mutating func number(_ findings: inout Findings) -> Int? {
    value(Form.number(0...1_000_000), "a number", &findings)
  }

  mutating func value<Value>(
    _ form: Form<Value>, _ what: String, _ findings: inout Findings
  ) -> Value? {
    guard let word = words.popFirst() else { return missing(what, &findings) }
    let node = ConfigNode(.scalar(word, wasQuoted: false), at: position)
    return form.read(node, "\(text.shown)", &findings)
  }

  func refuse<Value>(
    _ word: String?, _ what: String, _ known: [String], _ findings: inout Findings
  ) -> Value? {
    guard let word else {
      findings.report(
        "\(text.shown) is not finished; \(what): \(known.map { "`\($0)`" }.spoken())", at: position)
      return nil
    }
    let firsts = known.compactMap { $0.split(separator: " ").first.map(String.init) }
    findings.report(
      "\(text.shown): \(word.shown) is not \(what): \(known.map { "`\($0)`" }.spoken())",
      at: position, didYouMean: nearest(to: word, among: firsts))
    return nil
  }
}
