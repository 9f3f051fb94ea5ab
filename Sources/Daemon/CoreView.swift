import Config
import Engine
import Model
import Pilot
import Reconcile

/// The core at one moment, for readers on other threads.
struct CoreView: Sendable {
  let pilot: Pilot
  let tally: Tally
  let forged: Int  // messages of nodes without the key
  let troubles: [String]
  let hooks: HookReport
  let clock: ClockReading

  private var engine: Engine { pilot.engine }
  private var reconciler: Reconciler { pilot.reconciler }

  var configuration: Configuration { engine.configuration }

  /// Packets of other nodes and routers that were dropped, by reason.
  var refusals: (routers: [String: Int], nodes: [String: Int]) {
    var nodes = engine.peerRefusals
    nodes["without the key"] = forged
    return (engine.routerRefusals, nodes)
  }

  /// - Parameter configFile: the one in force, if any.
  func status(_ identity: Identity, configFile: String?) -> StatusSnapshot {
    StatusSnapshot(
      node: engine.configuration.node?.text ?? identity.node, version: identity.version,
      startedAt: clock.timestamp(of: identity.startedAt).text, configFile: configFile,
      groups: engine.groupStatus(clock: clock), uplinks: engine.uplinkStatus(clock: clock),
      troubles: troubles + engine.prefixTroubles + engine.nodeTroubles(at: clock.monotonic)
        + reconciler.troubles(name) + hooks.troubles(engine.configuration),
      unfinished: reconciler.unfinished(from: engine.observed))
  }

  var configurationText: String { engine.configuration.resolved }

  /// All that is wanted stands, and whoever holds is up.
  var isHealthy: Bool {
    reconciler.unfinished(from: engine.observed) == 0
      && engine.groupStatus(clock: clock).allSatisfy { group in
        group.active == group.preferred && !group.active.isEmpty && group.state != .degraded
          && group.members.allSatisfy { !group.active.contains($0.name) || $0.health == .up }
      }
  }

  func decisions(after id: UInt64) -> [DecisionStatus] {
    engine.decisions.filter { $0.id > id }.map { engine.decisionStatus($0, clock: clock) }
  }

  func explanation(of group: String) -> Explanation? {
    engine.explanation(of: GroupName(group), clock: clock)
  }

  /// What taking this configuration would change in the kernel.
  func plan(_ configuration: Configuration) -> Rehearsal {
    Rehearsal(configuration, on: pilot, observed: engine.observed, at: clock)
  }

  func lines(of rehearsal: Rehearsal) -> [String] {
    rehearsal.changes.map { $0.line(rehearsal.name) }
  }

  private func name(_ index: InterfaceIndex) -> InterfaceName? {
    engine.observed.links[index]?.name
  }
}

/// Who this daemon is.
struct Identity: Sendable {
  let node: String
  let version: String
  let startedAt: Instant
}
