import Model

/// What the file says of damping, where it says something.
enum DampingUse: Hashable, Sendable {
  case off
  case on(Damping)

  init(_ damping: Damping?) {
    self = damping.map(DampingUse.on) ?? .off
  }

  var damping: Damping? {
    switch self {
    case .off: nil
    case .on(let damping): damping
    }
  }

  /// As a message or the reference page quotes it.
  var shown: String { Form.damping.write(self)?.flow.shown ?? "" }
}

/// Damping, as the file gives it.
struct DampingDraft: SectionDraft {
  var base: Placed<Duration>?
  var max: Placed<Duration>?
  var forget: Placed<Duration>?

  private static let longest = Duration.seconds(86_400)

  static let section = Section<DampingDraft>(
    "damping",
    "A member falls when it could hold and becomes unusable or down; it returns when it is up "
      + "again. The first return since it was calm costs nothing. For the second it is held back "
      + "for `base`, for each further one twice as long as for the one before, also for those "
      + "while it is held back. Until its checks have judged it after a fall, others that can hold go "
      + "first. Who is the only one left holds all the same. `siaga failback` and "
      + "`siaga switch` forgive what was before them; what comes after counts again, also of a "
      + "pinned member, unless it is pinned with `--hard`. A restart forgets nothing.",
    chapter: "groups.NAME.damping",
    [
      Key(
        "base", \.base, .duration(.seconds(1)...(longest)), .default(Damping.standard.base),
        "How long the second return holds it back."),
      Key(
        "max", \.max, .duration(.seconds(1)...(longest)), .default(Damping.standard.max),
        "No return holds it back for longer."),
      Key(
        "forget", \.forget, .duration(.seconds(1)...(longest)), .default(Damping.standard.forget),
        "How long it must have stayed, from when it is trusted again, for its returns to be "
          + "forgotten. Being away is not calm."),
    ])

  /// Nil when it is broken, and the findings say why.
  fileprivate func damping(_ findings: inout Findings) -> Damping? {
    guard let base, let max, let forget else { return nil }
    guard base.value <= max.value else {
      findings.report(
        "`base` is \(base.value.text), and `max` is \(max.value.text): no return may hold a member "
          + "back for longer than `max`; make it longer, or `base` shorter", at: base.position)
      return nil
    }
    return Damping(base: base.value, max: max.value, forget: forget.value)
  }
}

extension Form<DampingUse> {
  static let damping = Form.words(
    [("off", .off)], or: DampingDraft.section,
    meaning: { draft, _, findings in draft.damping(&findings).map(DampingUse.on) },
    draft: { use in
      guard let damping = use.damping else { return DampingDraft() }
      return DampingDraft(
        base: Placed(damping.base), max: Placed(damping.max), forget: Placed(damping.forget))
    })
}
