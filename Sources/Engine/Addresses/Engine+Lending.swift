import Election
import Model

/// The addresses that end with the daemon: while another node lives that would have them, a dead
/// one must not keep them; while none does, they stay, for nobody else serves.
struct AddressLending: Equatable, Sendable {
  /// The kernel counts whole seconds, and ends them up to half a second late.
  static let time = Duration.seconds(2)
  static let beat = Duration.milliseconds(500)

  var lent: [HeldAddress] = []
  var renewAt: Instant?  // nil: none is lent
}

extension Engine {
  /// After all is settled.
  mutating func lend(at now: Instant) {
    let hasCompany = channel?.hasCompany ?? false
    guard hasCompany || !lending.lent.isEmpty else { return }
    let held = addressKeepers.filter(\.isHolding).flatMap(\.wanted)
    let lent = hasCompany ? held : []
    if lent != lending.lent {
      let returned = lending.lent.filter { held.contains($0) && !lent.contains($0) }
      if lent.isEmpty { addressEffects.append(.lend(returned, for: nil)) }
      lending.lent = lent
      lending.renewAt = lent.isEmpty ? nil : now
    }
    guard let due = lending.renewAt, due <= now else { return }
    lending.renewAt = now + AddressLending.beat
    addressEffects.append(.lend(lent, for: AddressLending.time))
  }

  /// Offers what it holds to others, and bids no more.
  mutating func leaves(at now: Instant) {
    isLeaving = true
    isStale = true
    // To all: the nodes' channel may be broken, and another make's routers have none.
    for index in addressKeepers.indices {
      carryOut(addressKeepers[index].sync.yields(at: now), index, at: now)
    }
  }

  /// Whether it waits for another node to take what it holds.
  public var isBeingRelieved: Bool { addressKeepers.contains { $0.sync.role == .yielding } }

  /// What it holds when it ends, since nobody took it.
  public var heldAtLast: [HeldAddress] { addressKeepers.flatMap(\.wanted) }
}
