import Model
import SimKit

extension [Forecast] {
  /// For people: each failure, what becomes of each group, and a last word on all of them.
  var text: String {
    (map(\.text) + [conclusion]).joined(separator: "\n")
  }

  private var conclusion: String {
    let courses = flatMap(\.courses)
    let troubles = count { $0.trouble != nil }
    let longest = courses.filter { !$0.isLostMeanwhile }.map(\.outage).max() ?? .zero
    let without = count { $0.courses.contains(where: \.isLostMeanwhile) }
    var words = "\(count) foreseen; the longest outage that ends by itself is \(longest.spoken)"
    if without > 0 {
      words += "; in \(without) a group has no way until something is back"
    }
    return words
      + (troubles > 0
        ? "; in \(troubles) a promise was broken: please report it" : "; nothing is left behind")
  }
}

extension Forecast {
  fileprivate var text: String {
    let lines = courses.map { "  \($0.text)" } + (trouble.map { ["  BROKEN: \($0)"] } ?? [])
    return ([failures.map(\.description).joined(separator: ", ")] + lines).joined(separator: "\n")
  }
}

extension Course {
  /// `internet: isp1 → isp2 after 1.5 s; out for 1.6 s; back after 5 s`
  fileprivate var text: String {
    var words = ["\(group): \(move)"]
    if isLostMeanwhile {
      words.append("no way until it is over")
    } else if outage > .zero {
      words.append("out for \(outage.spoken)")
    }
    if partly > .zero { words.append("a part of it out for \(partly.spoken)") }
    if before != during || after != during {
      let back = after == before ? "back" : "then \(after.spoken)"
      words.append(back + (returned.map { " \($0.later)" } ?? ""))
    }
    return words.joined(separator: "; ")
  }

  private var move: String {
    guard before != during else { return "\(before.spoken) stays" }
    return "\(before.spoken) → \(during.spoken)" + (left.map { " \($0.later)" } ?? "")
  }
}

extension Performance {
  /// For people: a timeline, what was expected, and what came of each group.
  func text(in file: String) -> String {
    let lines = timeline + judgements.filter { !$0.isMet }.map { $0.complaint(in: file) }
    let broken = trouble.map { ["BROKEN: \($0); please report it"] } ?? []
    return (lines + broken + totals.map { $0.text(until: end) }).joined(separator: "\n")
  }

  private var timeline: [String] {
    let happened = entries.map { ($0.at, $0.text(withGroup: true)) }
    let judged = judgements.map { ($0.at, "\($0.isMet ? "✓" : "✗") \($0.text)") }
    return (happened + judged).enumerated()
      .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
      .map { "\($0.element.0.clock)  \($0.element.1)" }
  }
}

extension Performance.Entry {
  fileprivate func text(withGroup: Bool) -> String {
    switch kind {
    case .happened: "• \(text)"
    case .lost, .passes: "  \(group.map { "\($0): " } ?? "")\(text)"
    case .decided, .ordered, .life: "  \(text)"
    }
  }
}

extension Performance.Judgement {
  fileprivate func complaint(in file: String) -> String {
    "\(file):\(position): expected `\(text)` at \(at.text), but \(found)"
  }
}

extension Performance.Total {
  fileprivate func text(until end: Duration) -> String {
    let partly = partly > .zero ? ", a part of it for \(partly.spoken)" : ""
    return "\(group): held by \(holders.spoken) at \(end.text); \(switches) switches; out for"
      + " \(outage.spoken)\(partly)"
  }
}

extension Duration {
  fileprivate var later: String {
    self < .milliseconds(1) ? "at once" : "after \(spoken)"
  }

  /// Seconds with milliseconds, in a column: `   12.003`.
  fileprivate var clock: String {
    let milliseconds = nanoseconds / 1_000_000
    let seconds = "\(milliseconds / 1_000)"
    let fraction = "\(milliseconds % 1_000 + 1_000)".dropFirst()
    return String(repeating: " ", count: Swift.max(0, 5 - seconds.count)) + "\(seconds).\(fraction)"
  }
}
