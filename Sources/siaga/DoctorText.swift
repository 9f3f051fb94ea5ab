import Doctor

/// `siaga doctor` for people.
struct DoctorText {
  let text: String

  init(_ findings: [Finding], unseen: [String]) {
    var lines = findings.flatMap { finding in
      [
        "\(finding.severity.rawValue): \(finding.what) [\(finding.name)]",
        "  why:  \(finding.why)", "  mend: \(finding.remedy)", "",
      ]
    }
    lines += unseen.map { "could not look at \($0)" }
    lines.append(Self.summary(findings))
    text = lines.joined(separator: "\n")
  }

  private static func summary(_ findings: [Finding]) -> String {
    let problems = findings.count { $0.severity == .problem }
    let advice = findings.count - problems
    guard !findings.isEmpty else { return "nothing is in the way" }
    let counted = [
      problems == 0 ? nil : problems == 1 ? "one problem" : "\(problems) problems",
      advice == 0 ? nil : advice == 1 ? "one piece of advice" : "\(advice) pieces of advice",
    ]
    return counted.compactMap { $0 }.joined(separator: ", ")
      + (problems == 0 ? "; nothing is wrong" : "")
  }
}

/// The same for scripts.
struct DoctorReport: Encodable {
  private struct Entry: Encodable {
    let name: String
    let severity: Severity
    let what: String
    let why: String
    let remedy: String
  }

  private let healthy: Bool
  private let findings: [Entry]
  private let unseen: [String]

  init(_ findings: [Finding], unseen: [String]) {
    healthy = !findings.contains { $0.severity == .problem }
    self.findings = findings.map {
      Entry(
        name: $0.name, severity: $0.severity, what: $0.what, why: $0.why, remedy: $0.remedy)
    }
    self.unseen = unseen
  }
}
