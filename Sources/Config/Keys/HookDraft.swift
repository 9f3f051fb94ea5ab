import Model

/// A hook that says more than its words, as the file gives it.
struct HookDraft: SectionDraft {
  var run: Placed<[String]>?
  var timeout: Placed<Duration>?

  static let mostHooks = 8

  static let section = Section<HookDraft>(
    "hook",
    "Programs that are told when a group has changed: when other members hold it than before, as "
      + "the kernel confirms it, or when its state is another and its holders have been judged. "
      + "What they are told stands in their environment, lists with spaces between: "
      + "`SIAGA_GROUP`, `SIAGA_HOLDS` (`route default`), `SIAGA_FROM` and `SIAGA_TO` (who held it "
      + "when it was last told, and who holds it now; empty: nobody), `SIAGA_STATE_BEFORE` and "
      + "`SIAGA_STATE`, `SIAGA_REASON` (a sentence), `SIAGA_DECISION` (its number in "
      + "`/v1/decisions`), `SIAGA_AT` (RFC 3339) and `SIAGA_NODE`. The hooks of one list run one "
      + "after another, and are told one change after the other. Nothing ever waits for them: of "
      + "the changes that wait for a list at most \(Hook.mostWaiting) are kept, the newest. What "
      + "a hook says is logged when it fails. A start of the daemon that changes nothing tells "
      + "nothing.",
    chapter: "on-change",
    [
      Key(
        "run", \.run, Form.command, .required,
        "The program, and its arguments. No shell reads them, and nothing splits words."),
      Key(
        "timeout", \.timeout, .duration(.milliseconds(100)...(.seconds(600))),
        .default(Hook.standardTimeLimit),
        "How long it may run. Then it is ended, with all that it began and that is still in its "
          + "process group."),
    ])

  /// Nil when a field is broken, of which the findings already tell.
  fileprivate var hook: Hook? {
    guard let run, let timeout else { return nil }
    return Hook(run.value, timeLimit: timeout.value)
  }
}

extension Form<[Hook]> {
  /// `[/usr/local/bin/told, [/usr/local/bin/mail, --to, ops]]`
  static let hooks: Form = {
    let shape = Shape.list(
      of: Form<Hook>.hook.shape, what: "a list of programs (see `on-change`)",
      atMost: HookDraft.mostHooks)
    return Form(shape: shape) { node, subject, findings in
      guard case .sequence(let elements) = node.content,
        (1...HookDraft.mostHooks).contains(elements.count)
      else {
        findings.report(complaint(subject, shape, node), at: node.position)
        return nil
      }
      return elements.readAll(by: .hook, subject, &findings)
    } write: { hooks in
      hooks.isEmpty ? nil : .list(hooks.compactMap(Form<Hook>.hook.write))
    }
  }()

  private static func complaint(_ subject: String, _ shape: Shape, _ node: ConfigNode) -> String {
    switch node.content {
    case .sequence([]): "\(subject) is an empty list; leave it out"
    case .sequence(let elements):
      "\(subject) takes at most \(HookDraft.mostHooks), and these are \(elements.count)"
    case .scalar, .mapping, .null: mistaken(subject, shape, node)
    }
  }
}

extension Form<Hook> {
  /// In the fewest words: a mapping only where it has a time limit of its own.
  fileprivate static let hook: Form = {
    let mapping = HookDraft.section.form
    let command = Form<[String]>.command
    return Form(shape: .either([command.shape, mapping.shape])) { node, subject, findings in
      if case .mapping = node.content {
        return mapping.read(node, subject, &findings)?.hook
      }
      return command.read(node, subject, &findings).map { Hook($0) }
    } write: { hook in
      hook.timeLimit == Hook.standardTimeLimit
        ? command.write(hook.words)
        : mapping.write(HookDraft(run: Placed(hook.words), timeout: Placed(hook.timeLimit)))
    }
  }()
}
