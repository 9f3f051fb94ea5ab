import Config
import Engine
import Kernel
import Model
import Reconcile

/// What a daemon that starts now would change: for `plan` where none runs.
public enum KernelPlan {
  public static func answer(for configuration: Configuration) throws -> Answer {
    let state = try KernelReader().state()
    var engine = Engine(seed: 0)
    let now = Clock.now
    _ = engine.handle(.configured(configuration), at: now)
    _ = engine.handle(.resynced(state), at: now)
    let lines = state.changes(to: engine.wanted).map { change in
      change.line { state.links[$0]?.name }
    }
    return Answer(
      message:
        "\(lines.count) changes at first; no daemon runs here, so nothing has been probed yet",
      changes: lines)
  }
}
