import Model

/// A failback that waits, as the file gives it.
struct FailbackDraft: SectionDraft {
  var after: Placed<Duration>?
  var between: Placed<DailyWindow?>?

  static let section = Section<FailbackDraft>(
    "failback",
    "A failback that waits. What fails over meanwhile does so at once, and a holder that cannot "
      + "hold any longer is never kept: the wait is only about leaving a worse member that can. "
      + "`siaga failback` does not wait.",
    chapter: "groups.NAME.failback",
    [
      Key(
        "after", \.after, .duration(.zero...(.seconds(86_400))), .default(.zero),
        "How long the better member must have been eligible and up, without interruption; a start "
          + "of the daemon interrupts too."),
      Key(
        "between", \.between, Form.dailyWindow.optional, .means(nil, "at any time"),
        "The hours of the day in which it may get it back, by the machine's local time; "
          + "`22:00-04:00` goes over midnight. The clock is read anew at least every 30 s while "
          + "this is waited for: setting it, or summer time, can open the window, and moves "
          + "nothing else."),
    ])
}

extension Form<Failback> {
  static let failback = Form.words(
    [("auto", .auto), ("manual", .manual)], or: FailbackDraft.section,
    meaning: { draft, _, _ in
      guard let after = draft.after, let between = draft.between else { return nil }
      return .delayed(after: after.value, between: between.value)
    },
    draft: { failback in
      guard case .delayed(let after, let between) = failback else { return FailbackDraft() }
      return FailbackDraft(after: Placed(after), between: Placed(between))
    })
}
