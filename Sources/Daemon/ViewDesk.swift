import Kernel
import Model

/// Hands out copies of the core. Those who wait share one, and there are few a second, so many
/// askers cost the loop little.
///
/// None is kept: while a copy lives, the core must copy whatever it changes, and the next change
/// may be a switch.
actor ViewDesk {
  private static let pause = Duration.milliseconds(10)

  private let core: Core
  private var next: Task<CoreView, Never>?  // not taken yet
  private var takenAt: Instant?

  init(core: Core) {
    self.core = core
  }

  /// - Returns: the core as it is after this was called.
  func view() async -> CoreView {
    if let next { return await next.value }
    let pause = takenAt.map { $0 + Self.pause - Clock.now } ?? .zero
    let task = Task { await take(after: pause) }
    next = task
    return await task.value
  }

  private func take(after pause: Duration) async -> CoreView {
    // The task is never cancelled, and an early copy is as good.
    if pause > .zero { try? await Task.sleep(for: pause) }
    next = nil
    takenAt = Clock.now
    return await core.view
  }
}
