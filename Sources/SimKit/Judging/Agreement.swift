import Config
import Engine
import Model
import Reconcile

/// After calm: the kernel is as it is wanted, the daemon knows it as it is, and nothing of
/// ours stands about that nobody wants.
enum Agreement {
  static func violation(
    _ daemon: SimulatedDaemon, _ kernel: FakeKernel, _ scene: Scene, wall: ClockReading
  ) -> Violation? {
    let sentence =
      difference(daemon.engine, kernel) ?? ignorance(daemon.engine, kernel)
      ?? (daemon.unfinished == 0 ? nil : "\(daemon.unfinished) changes are not done")
      ?? abnormality(daemon.engine, scene, wall)
    return sentence.map { Violation(invariant: .kernelAgrees, sentence: $0) }
  }

  private static func difference(_ engine: Engine, _ kernel: FakeKernel) -> String? {
    let wanted = engine.wanted
    let routes = kernel.routes.filter(\.isOurs)
    let rules = kernel.rules.filter(\.isOurs)
    let addresses = kernel.interfaces.all.flatMap(\.addresses)
    if routes.count != wanted.routes.count || Set(routes) != wanted.routes {
      return "our routes are \(routes.sorted()), wanted are \(wanted.routes.sorted())"
    }
    if rules.count != wanted.rules.count || Set(rules) != wanted.rules {
      return "our rules are \(rules.sorted()), wanted are \(wanted.rules.sorted())"
    }
    if let missing = wanted.addresses.first(where: { held in
      !addresses.contains { $0.isSame(as: held) }
    }) {
      return "the address \(missing.address) is missing"
    }
    if let orphan = addresses.first(where: { held in
      held.isOurs && !wanted.addresses.contains { $0.isSame(as: held) }
    }) {
      return "our address \(orphan.address) is wanted by nobody"
    }
    if let unset = wanted.sysctls.sorted(by: { $0.key < $1.key })
      .first(where: { kernel.sysctls[$0.key] != $0.value })
    {
      return "\(unset.key.text) is not \(unset.value)"
    }
    return kernel.firewall == wanted.firewall ? nil : "the nftables table is not as wanted"
  }

  private static func ignorance(_ engine: Engine, _ kernel: FakeKernel) -> String? {
    let truth = kernel.state()
    let known = engine.observed
    if known.links != truth.links { return "the links are not known as they are" }
    if known.addresses != truth.addresses { return "the addresses are not known as they are" }
    if known.routes != truth.routes { return "the routes are not known as they are" }
    return known.rules == truth.rules ? nil : "the rules are not known as they are"
  }

  /// All works again, and has for longer than any delay, so whoever has the best members back
  /// holds by them.
  private static func abnormality(
    _ engine: Engine, _ scene: Scene, _ wall: ClockReading
  ) -> String? {
    for (group, status) in zip(scene.configuration.groups, engine.groupStatus(clock: wall)) {
      if status.active != status.preferred {
        return "\(group.name) is held by \(status.active), policy wants \(status.preferred)"
      }
      let isLeftAlone = scene.memory.pins[group.name] == nil && scene.memory.drained.isEmpty
      let isEnough = group.members.count { $0.tier == 1 } >= group.want
      if isLeftAlone, isEnough, isTime(group.failback, wall), status.state != .normal {
        return "\(group.name) is \(status.state.rawValue), though all works and nobody interferes"
      }
    }
    return nil
  }

  /// The hours have begun, and the clock has been read since.
  private static func isTime(_ failback: Failback, _ wall: ClockReading) -> Bool {
    switch failback {
    case .auto, .delayed(_, nil): true
    case .manual: false
    case .delayed(_, let window?):
      [wall.monotonic, wall.monotonic - .seconds(31)].allSatisfy {
        window.contains(wall.timestamp(of: $0))
      }
    }
  }
}
