import Config

extension ImportReport {
  /// For people: what differs and what was left, each with its line, and a count of the rest.
  public var lines: [String] {
    let carried = entries.count { $0.fate == .carried }
    let differing = sorted.compactMap { entry -> String? in
      guard case .differs(let how) = entry.fate else { return nil }
      return "\(entry.place): \(entry.statement): carried, but \(how)"
    }
    let left = sorted.compactMap { entry -> String? in
      guard case .left(let why) = entry.fate else { return nil }
      return "\(entry.place): \(entry.statement): not carried: \(why)"
    }
    let summary =
      "\(carried) carried, \(differing.count) carried with a difference, \(left.count) not carried"
    return differing + left + [summary]
  }

  /// For machines: `[{"file": …, "line": …, "statement": …, "fate": …, "because": …}]`.
  public var json: String {
    let objects = sorted.map { entry in
      let fate: (word: String, why: String?) =
        switch entry.fate {
        case .carried: ("carried", nil)
        case .differs(let how): ("differs", how)
        case .left(let why): ("left", why)
        }
      let fields = [
        "\"file\": \(entry.place.file.json)", "\"line\": \(entry.place.line)",
        "\"statement\": \(entry.statement.json)", "\"fate\": \(fate.word.json)",
        "\"because\": \(fate.why.map(\.json) ?? "null")",
      ]
      return "  { \(fields.joined(separator: ", ")) }"
    }
    return objects.isEmpty ? "[]\n" : "[\n\(objects.joined(separator: ",\n"))\n]\n"
  }
}
