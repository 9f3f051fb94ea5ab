import Config
import Engine
import Model

/// Watches that each group has a way within the promised bounds. Whatever happens to a group
/// starts its bounds anew, so a violation is never a matter of bad luck.
struct WayWatch: Sendable {
  /// Notices come at once, or carriers are read every 10 ms; the daemon wakes a moment later.
  private static let reaction = Duration.milliseconds(12)

  private struct Deadline: Sendable {
    let at: Instant
    let violation: Violation
  }

  private var deadlines: [Deadline] = []
  private var disturbedAt = Instant.zero
  private var isExcused = true  // the daemon does not run, or the kernel refuses

  /// Something that the bounds do not count for: they start anew.
  mutating func disturbed(until instant: Instant) {
    disturbedAt = max(disturbedAt, instant)
  }

  mutating func excuse(_ isExcused: Bool) {
    self.isExcused = isExcused
  }

  /// What is so until `next`: does it break a promise?
  func verdict(until next: Instant) -> Violation? {
    deadlines.first { $0.at < next }?.violation
  }

  mutating func looked(_ truth: Truth, _ scene: Scene) {
    deadlines = isExcused ? [] : truth.holdings.compactMap { deadline(for: $0, scene) }
  }

  private func deadline(for holding: Truth.Holding, _ scene: Scene) -> Deadline? {
    guard !holding.isPinnedHard, holding.seats.contains(where: \.isUsable) else { return nil }
    guard holding.wayIsUsable else { return lossDeadline(for: holding) }
    return silenceDeadline(for: holding, scene) ?? drainDeadline(for: holding, scene)
  }

  /// The way is missing, or leads by a link that cannot be used.
  private func lossDeadline(for holding: Truth.Holding) -> Deadline {
    let changed = holding.seats.map(\.since).max() ?? disturbedAt
    let usable = holding.seats.filter(\.isUsable).map(\.member.text).joined(separator: ", ")
    let way = holding.way.map(\.text).joined(separator: ", ")
    return Deadline(
      at: max(changed, disturbedAt) + Self.reaction,
      violation: Violation(
        invariant: .wayExists,
        sentence:
          "\(holding.group.name) leads by \(way.isEmpty ? "nothing" : way), \(usable) can be used"))
  }

  /// The way leads by a member that is drained, while another works, is known to, and has been
  /// trusted again for all that damping can hold against it.
  private func drainDeadline(for holding: Truth.Holding, _ scene: Scene) -> Deadline? {
    guard scene.memory.pins[holding.group.name] == nil,
      let drained = holding.seats.first(where: {
        $0.isDrained && holding.way.contains($0.interface)
      }),
      let works = holding.seats.filter(\.isWorking).map(\.since).min()
    else { return nil }
    let checks = scene.judges.checks(of: holding.group.name)
    let judged = checks.map { $0.recoveryBound + ($0.every + $0.timeout) * 2 }.max() ?? .zero
    let penalty = holding.group.damping?.max ?? .zero
    return Deadline(
      at: max(works, disturbedAt) + judged + penalty + Self.reaction + FakeNetwork.slowest,
      violation: Violation(
        invariant: .entitled,
        sentence: "\(holding.group.name) leads by \(drained.member), drained, while others work"))
  }

  /// The way leads by a link whose gateway is mute, while another works and is known to.
  private func silenceDeadline(for holding: Truth.Holding, _ scene: Scene) -> Deadline? {
    let checks = scene.judges.checks(of: holding.group.name)
    guard let fall = checks.map(\.detectionBound).max(),
      let rise = checks.map(\.recoveryBound).max()
    else { return nil }
    let slack = Self.reaction + FakeNetwork.slowest
    let mute = holding.seats.filter { $0.isMute && holding.way.contains($0.interface) }
    guard let first = mute.min(by: { $0.since < $1.since }) else { return nil }
    // A target that was mute by all, as far as was known, is under suspicion for longer.
    let doubt = checks.map { $0.every + $0.timeout }.max() ?? .zero
    let known = holding.seats.filter(\.isWorking).map { seat -> Instant in
      let judged = max(seat.since, disturbedAt) + rise
      return judged > first.since ? judged + doubt + doubt : judged
    }.min()
    guard let known else { return nil }
    return Deadline(
      at: max(known, max(first.since, disturbedAt) + fall) + slack,
      violation: Violation(
        invariant: .wayExists,
        sentence: "\(holding.group.name) still leads by \(first.member), mute since "
          + "\((first.since - .zero).text), while others work"))
  }
}

extension CheckDefinition {
  /// What was lost before must also be out of the window.
  var recoveryBound: Duration {
    max(every * rise, (quality?.window ?? .zero) + every) + timeout
  }
}
