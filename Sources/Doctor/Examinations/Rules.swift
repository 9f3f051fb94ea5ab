import Engine
import Model
import Reconcile

extension Examination {
  static let ofRules = [ruleBefore, ruleAmong]

  private static let ruleBefore = Examination(
    "rule-before-ours", sign: "Somebody's rule before ours leads what a group holds elsewhere",
    why: "the kernel asks it first, so the group's traffic never comes to the group"
  ) { patient in
    patient.rivals.compactMap { rival in
      guard case .first(let group) = rival.kind else { return nil }
      return Complaint(
        "a rule of priority \(rival.rule.priority) leads what \(group) should hold to table "
          + "\(rival.rule.table), which has a default route",
        remedy: Change.removeRule(rival.rule).line(patient.name)
          + "  # or add it again with a priority above \(Ours.rulePriorities.upperBound)")
    }
  }

  private static let ruleAmong = Examination(
    "rule-among-ours", sign: "Somebody's rule stands at a priority of ours (8000–8999)",
    why: "it may take packets before the rules of ours that come after it"
  ) { patient in
    (patient.facts.kernel?.rules ?? []).filter { rule in
      // One that says what ours says stands in for it.
      !rule.isOurs && !patient.wanted.rules.contains { $0.isSame(as: rule) }
    }.sorted().map { rule in
      Complaint(
        "somebody's rule for \(rule.selector.text) stands at priority \(rule.priority)",
        remedy: Change.removeRule(rule).line(patient.name)
          + "  # and add it again elsewhere, if it is needed")
    }
  }
}
