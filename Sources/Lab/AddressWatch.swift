import Synchronization

/// When a router's kernel had an address and when not, looked at every millisecond.
public final class AddressWatch: Sendable {
  public struct Change: Sendable {
    public let at: Moment  // when it was seen
    public let isHere: Bool
  }

  private let seen = Mutex<[Change]>([])
  private let isStopping = Atomic(false)
  private let thread = Mutex<WorkerThread?>(nil)

  /// - Parameter isServing: on a link that runs.
  public init(
    _ address: String, isServing: Bool = false, on router: RouterPair.Router
  ) throws {
    let started = Handover<Result<Void, any Error>>()
    let begun = WorkerThread { [self] in
      do {
        try router.namespace.enter()
        try look(for: address, isServing)
        started.give(.success(()))
        while !isStopping.load(ordering: .relaxed) {
          (Moment.now + .milliseconds(1)).sleep()
          try look(for: address, isServing)
        }
      } catch {
        started.give(.failure(error))
      }
    }
    thread.withLock { $0 = begun }
    try started.wait().get()
  }

  /// It looks on until it is stopped.
  /// - Returns: what it saw, the first of it how it began.
  @discardableResult
  public func stop() -> [Change] {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { $0.take() }?.join()
    return changes
  }

  /// When it first was otherwise than in the beginning. Whoever saw that elsewhere may be a moment ahead.
  public func awaitChange(within bound: Duration = .seconds(1)) throws -> Moment {
    try waitUntil("an address that comes or goes", within: bound) { changes.count > 1 }
    return changes[1].at
  }

  public var changes: [Change] { seen.withLock { $0 } }

  private func look(for address: String, _ isServing: Bool) throws {
    let isHere = try OwnAddresses.now(areServing: isServing).contains(address)
    seen.withLock { changes in
      if changes.last?.isHere != isHere { changes.append(Change(at: .now, isHere: isHere)) }
    }
  }
}
