/// What the daemon asks of the machine for itself.
public struct ProcessSettings: Hashable, Sendable {
  public var realtime: Int?  // SCHED_FIFO's priority of the thread that decides; nil: as others
  public var locksMemory: Bool

  public init(realtime: Int? = nil, locksMemory: Bool = false) {
    self.realtime = realtime
    self.locksMemory = locksMemory
  }
}
