import Model

/// When the engine must be woken besides for probes: known until something that it follows from
/// changes, and between two answers to probes nothing of it does.
struct Appointments: Sendable {
  let clock: Instant?
  let discovery: Instant?
  let telling: Instant?
  let standIn: Instant?
  let groups: Instant?
  let next: Instant?  // of all

  init(_ engine: Engine) {
    clock = engine.nextClock?.at
    discovery = engine.nextDiscovery?.at
    telling = engine.nextTelling?.at
    standIn = engine.nextStandIn?.at
    groups = engine.keepers.compactMap(\.choice?.nextWake?.at).min()
    next = [clock, discovery, telling, standIn, groups].compactMap { $0 }.min()
  }
}
