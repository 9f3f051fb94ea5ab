import Model

/// The two limits of a measure, as the file gives them: `{ down: 20%, up: 10% }`.
struct LimitDraft<Bound: LimitBound>: SectionDraft {
  var down: Placed<Bound>?
  var up: Placed<Bound?>?

  static var section: Section<LimitDraft> {
    Section(
      "limit", "From where on a member is down, and where it may be up again.",
      [
        Key("down", \.down, Bound.down, .required, "At this, and above, the member is down."),
        Key(
          "up", \.up, Bound.up.optional, .means(nil, "half of `down`"),
          "At this, and below, it may be up again; between the two it stays as it is."),
      ])
  }
}

/// What a limit can be given in.
protocol LimitBound: Hashable, Comparable, Sendable {
  static var down: Form<Self> { get }
  static var up: Form<Self> { get }

  /// Rounded down, and so always below.
  var half: Self { get }
}

extension Percent: LimitBound {
  static var down: Form<Percent> { .percent(Percent(1)...Percent(100)) }
  static var up: Form<Percent> { .percent(Percent(0)...Percent(99)) }

  var half: Percent { Percent(value / 2) }
}

extension Duration: LimitBound {
  // Nothing is answered in no time: a limit of zero would be one that is never kept.
  static var down: Form<Duration> { .duration(.milliseconds(2)...(.seconds(60))) }
  static var up: Form<Duration> { .duration(.milliseconds(1)...(.seconds(60))) }

  var half: Duration { .milliseconds(nanoseconds / 2_000_000) }
}

extension Form {
  /// `{ down: 20%, up: 10% }`, or `20%`, which is `down`.
  static func limit<Bound: LimitBound>() -> Form where Value == Quality.Limit<Bound> {
    let both = LimitDraft<Bound>.section.inset
    let shape = Shape.either([Bound.down.shape, both.shape])
    return Form(shape: shape) { node, subject, findings in
      switch node.content {
      case .scalar:
        return Bound.down.read(node, subject, &findings).map {
          Quality.Limit(down: $0, up: $0.half)
        }
      case .mapping:
        return both.read(node, subject, &findings)?.limit(subject, &findings)
      case .sequence, .null:
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
    } write: { limit in
      both.write(LimitDraft(down: Placed(limit.down), up: Placed(limit.up)))
    }
  }
}

extension LimitDraft {
  fileprivate func limit(_ subject: String, _ findings: inout Findings) -> Quality.Limit<Bound>? {
    guard let down = down?.value, let up else { return nil }
    let back = up.value ?? down.half
    guard back < down else {
      let written = [down, back].compactMap { Bound.up.write($0)?.flow.shown }
      findings.report(
        "\(subject) is down at \(written[0]) and up at \(written[1]); `up` must be below `down`",
        at: up.position)
      return nil
    }
    return Quality.Limit(down: down, up: back)
  }
}
