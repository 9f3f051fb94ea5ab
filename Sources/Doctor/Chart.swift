/// All examinations as a table of docs/doctor.md.
public enum Chart {
  public static var markdown: String {
    let rows = Examination.all.map {
      "| `\($0.name)` | \($0.severity.rawValue) | \($0.sign) | \($0.why) |"
    }
    return
      (["| Name | Severity | What is looked for | Why it matters |", "|---|---|---|---|"] + rows)
      .joined(separator: "\n")
  }

  public static var names: [String] { Examination.all.map(\.name) }
}
