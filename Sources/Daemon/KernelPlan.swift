import Config
import Kernel
import Model
import Pilot
import Reconcile

/// What a daemon that starts now would change: for `plan` where none runs.
public enum KernelPlan {
  public static func answer(for configuration: Configuration) throws -> Answer {
    let state = try KernelReader().state()
    let rehearsal = Rehearsal(
      configuration.here(on: NodeName(Daemon.hostName)), on: Pilot(seed: 0), observed: state,
      at: Clock.reading)
    let changes = rehearsal.changes.filter { !isSo($0) }
    return Answer(
      message: rehearsal.sentence(counting: changes)
        + "; no daemon runs here, so nothing has been probed yet",
      changes: changes.map { $0.line(rehearsal.name) })
  }

  private static func isSo(_ change: Change) -> Bool {
    guard case .setSysctl(let sysctl, let value) = change else { return false }
    return SysctlFiles.read(sysctl) == value
  }
}

extension Rehearsal {
  /// `9 changes; of isp3 nothing, for there is no interface ether3`
  func sentence(counting changes: [Change]) -> String {
    let count =
      switch changes.count {
      case 0: "nothing would change"
      case 1: "one change"
      default: "\(changes.count) changes"
      }
    let missing = absent.map {
      "; of \($0.name) nothing, for there is no interface \($0.interface)"
    }
    return count + missing.joined()
  }
}
