import Model

/// Makes the kernel agree: what is to be changed now, what is under way, what was refused
/// and when it is tried again. Level-triggered: it keeps no plan, only differences.
public struct Reconciler: Sendable {
  private struct Refusal: Sendable {
    let failure: ChangeFailure
    let attempts: Int
    let retryAt: Instant
  }

  private static let firstRetry = Duration.milliseconds(100)
  private static let lastRetry = Duration.seconds(10)
  /// Who is undone more often than this within a second has an adversary, and takes its time.
  private static let mostRepairs = 20
  /// What the kernel took and does not tell of after so long is done again.
  private static let patience = Duration.seconds(1)

  public var wanted = Wanted()
  private var refusals: [Change: Refusal] = [:]
  private var paused: Instant?  // until when something undone too often waits
  private var underWay: Set<Change> = []  // those that have not come back
  private var doubted: Set<Change> = []  // of those under way: what they are about is gone
  private var done: [(change: Change, at: Instant)] = []  // within the last second
  private var awaited: [Change: Instant] = [:]  // taken; the kernel has to tell of it until then
  private var withheld: Set<Change> = []  // removals whose replacement does not stand yet

  public init() {}

  /// What to apply now, in order and in steps (`inSteps`). It counts as under way from here on.
  /// A removal waits until what replaces it stands (were the addition refused, nothing would), and
  /// until nobody is sent there any more: for what is due now by its step, for the rest here.
  /// - Parameter isSure: if not, routes of ours may be gone without a word, and are being read:
  ///   nothing that is wanted passes for standing until then.
  public mutating func due(
    from observed: KernelState, isSure: Bool = true, at now: Instant
  ) -> [Change] {
    let missing = surelyThere(of: observed).changes(to: wanted)
    done.removeAll { now - $0.at >= .seconds(1) }
    if !refusals.isEmpty { refusals = refusals.filter { missing.contains($0.key) } }
    awaited = awaited.filter { missing.contains($0.key) && $0.value > now }
    let pauses = pauses
    var unsettled =
      isSure || !missing.contains(where: \.removes) ? [] : wanted.routesAndRulesToSettle
    withheld = []
    let due = missing.filter { change in
      let waits = change.waits(for: unsettled)
      if waits { withheld.insert(change) }
      let isDue =
        !waits && !underWay.contains(change) && awaited[change] == nil
        && refusals[change].map { $0.retryAt <= now } ?? true
        && pauses[change].map { $0 <= now } ?? true
      if !isDue, let place = change.settles { unsettled.insert(place) }
      return isDue
    }
    paused = missing.compactMap { pauses[$0] }.filter { $0 > now }.min()
    underWay.formUnion(due)
    return due
  }

  /// What is about to be removed replaces nothing, and is added again where it is wanted again.
  private func surelyThere(of observed: KernelState) -> KernelState {
    let leaving = underWay.filter(\.removes).compactMap(\.confirmed)
    guard !leaving.isEmpty else { return observed }
    var state = observed
    leaving.forEach { state.apply($0) }
    return state
  }

  /// An interface is gone: what is still being set of it says nothing about one that may come
  /// under the same name.
  public mutating func lost(_ name: InterfaceName) {
    for case .setSysctl(let sysctl, let value) in underWay where sysctl.concerns(name) {
      doubted.insert(.setSysctl(sysctl, value))
    }
  }

  /// An interface is up, has a carrier, or an address, which it had not: what was refused by it may
  /// be taken now, as if it had never been.
  public mutating func gained(_ index: InterfaceIndex) {
    for case .addRoute(let route) in refusals.keys
    where route.hops.contains(where: { $0.interface == index }) {
      refusals[.addRoute(route)] = nil
    }
  }

  public func isUnderWay(_ change: Change) -> Bool { underWay.contains(change) }

  /// The kernel took a change, or refused it.
  /// - Returns: what is so now, if the change is.
  public mutating func applied(
    _ change: Change, _ failure: ChangeFailure?, at now: Instant
  ) -> KernelState.Delta? {
    underWay.remove(change)
    guard doubted.remove(change) == nil, failure != .withheld else { return nil }
    guard let failure, !change.isAlreadySo(failure.code) else {
      refusals[change] = nil
      done.append((change, now))
      if change.confirmed == nil { awaited[change] = now + Self.patience }
      return change.confirmed
    }
    let attempts = (refusals[change]?.attempts ?? 0) + 1
    let pause = Self.firstRetry * (1 << min(attempts - 1, 10))
    refusals[change] = Refusal(
      failure: failure, attempts: attempts, retryAt: now + min(pause, Self.lastRetry))
    return nil
  }

  /// Of what is done again and again, and yet missing: when it is done next.
  private var pauses: [Change: Instant] {
    guard done.count >= Self.mostRepairs else { return [:] }
    return Dictionary(grouping: done, by: \.change)
      .compactMapValues { $0.count < Self.mostRepairs ? nil : $0[0].at + .seconds(1) }
  }

  /// What is under way comes back by itself, and what is withheld follows what it waits for.
  public var nextWake: Instant? {
    let paused = awaited.values.reduce(paused, Instant.earlier)
    guard !refusals.isEmpty else { return paused }
    let retry = refusals.filter { !underWay.contains($0.key) && !withheld.contains($0.key) }
      .values.map(\.retryAt).min()
    return Instant.earlier(retry, paused)
  }

  /// How many changes the kernel has not confirmed.
  public func unfinished(from observed: KernelState) -> Int {
    observed.changes(to: wanted).count
  }

  public func troubles(_ name: (InterfaceIndex) -> InterfaceName?) -> [String] {
    refusals.map { $0.key.sentence($0.value.failure, name) }.sorted()
  }
}

extension Wanted {
  fileprivate var routesAndRulesToSettle: Set<Change.Place> {
    let rules = rules.lazy.compactMap { Change.addRule($0).settles }
    return Set(routes.lazy.compactMap { Change.addRoute($0).settles }).union(rules)
  }
}

extension Change {
  /// Whether it takes away what packets may depend on.
  public var removes: Bool {
    switch self {
    case .removeAddress, .removeRoute, .removeRule: true
    case .addLink, .raiseLink, .lowerLink, .removeLink, .bond, .addAddress, .addRoute, .addRule,
      .setSysctl, .loadFirewall, .removeFirewall:
      false
    }
  }
}
