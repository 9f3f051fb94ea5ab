import Config
import Model
import SimKit

/// What became of each group, for machines. Times are milliseconds.
struct ForecastReport: Encodable {
  struct Group: Encodable {
    let group: String
    let before, during, after: [String]
    let leftAfterMs, returnedAfterMs: Double?
    let outageMs, partlyMs: Double
    let lostMeanwhile: Bool
  }

  let failures: [String]
  let groups: [Group]
  let trouble: String?

  init(_ forecast: Forecast) {
    failures = forecast.failures.map(\.description)
    trouble = forecast.trouble
    groups = forecast.courses.map { course in
      Group(
        group: course.group.text, before: course.before.map(\.text),
        during: course.during.map(\.text), after: course.after.map(\.text),
        leftAfterMs: course.left?.milliseconds, returnedAfterMs: course.returned?.milliseconds,
        outageMs: course.outage.milliseconds, partlyMs: course.partly.milliseconds,
        lostMeanwhile: course.isLostMeanwhile)
    }
  }
}

/// What came of a scenario, for machines.
struct PerformanceReport: Encodable {
  struct Entry: Encodable {
    let atMs: Double
    let kind: String
    let group: String?
    let text: String
  }

  struct Move: Encodable {
    let atMs: Double
    let group: String
    let from, to: [String]
  }

  struct Judgement: Encodable {
    let atMs: Double
    let line, column: Int
    let expected, found: String
    let met: Bool
  }

  struct Total: Encodable {
    let group: String
    let active: [String]
    let switches: Int
    let outageMs, partlyMs: Double
  }

  let asExpected: Bool
  let timeline: [Entry]
  let moves: [Move]
  let expectations: [Judgement]
  let groups: [Total]
  let trouble: String?

  init(_ performance: Performance) {
    asExpected = performance.isAsExpected
    trouble = performance.trouble
    timeline = performance.entries.map {
      Entry(
        atMs: $0.at.milliseconds, kind: $0.kind.rawValue, group: $0.group?.text, text: $0.text)
    }
    moves = performance.moves.map {
      Move(
        atMs: $0.at.milliseconds, group: $0.group.text, from: $0.from.map(\.text),
        to: $0.to.map(\.text))
    }
    expectations = performance.judgements.map {
      Judgement(
        atMs: $0.at.milliseconds, line: $0.position.line, column: $0.position.column,
        expected: $0.text, found: $0.found, met: $0.isMet)
    }
    groups = performance.totals.map {
      Total(
        group: $0.group.text, active: $0.holders.map(\.text), switches: $0.switches,
        outageMs: $0.outage.milliseconds, partlyMs: $0.partly.milliseconds)
    }
  }
}
