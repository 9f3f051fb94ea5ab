import Model
import Reconcile

/// What is going to happen, soonest first; of the same instant, in the order of being noted.
struct Agenda<Happening: Sendable>: Sendable {
  /// No pair without a name, for those are copied slowly.
  private struct Entry: Sendable {
    let at: Instant
    let happening: Happening
  }

  private var entries: [Entry] = []  // the soonest last

  var next: Instant? { entries.isEmpty ? nil : entries[entries.count - 1].at }

  mutating func add(_ at: Instant, _ happening: consuming Happening) {
    // Before all of the same instant, which are popped first.
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].at > at { low = middle + 1 } else { high = middle }
    }
    entries.insert(Entry(at: at, happening: happening), at: low)
  }

  mutating func pop(at now: Instant) -> Happening? {
    guard let next, next <= now else { return nil }
    return entries.removeLast().happening
  }
}

extension World {
  enum Happening: Sendable {
    indirect case incident(Incident)
    case carrierNotice(InterfaceIndex)  // the kernel gets round to telling of a link
    case packet(Arrival, InterfaceIndex)
    case answered(ProbeID, ProbeResult, generation: Int)  // of the daemon that asked
    indirect case slowDone(FakeSlowLane.Job)
    case addressReady(HeldAddress)  // nobody else has it
    case start  // of the daemon
  }
}

/// Files and programs, one after another, each taking its time.
struct FakeSlowLane: Sendable {
  struct Job: Sendable {
    enum Task: Sendable {
      case apply(Change)
      case lookAtFirewall
    }

    let task: Task
    let generation: Int  // of the daemon that asked
  }

  private var busyUntil = Instant.zero

  /// - Returns: when a job that takes this long will be done.
  mutating func take(_ duration: Duration, at now: Instant) -> Instant {
    busyUntil = max(busyUntil, now) + duration
    return busyUntil
  }
}
