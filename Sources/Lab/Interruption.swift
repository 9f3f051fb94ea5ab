import CLinux
import Glibc
import Synchronization

/// Ctrl-C and its kin, told to whoever must clean up.
///
/// A signal handler may do next to nothing, so it raises an event, and a thread of ours does
/// the rest.
public enum Interruption {
  static let signals = [SIGINT, SIGTERM, SIGHUP]

  private static let descriptor = Atomic<Int32>(-1)
  private static let event = Event()

  /// Calls `body` on a thread of its own each time a signal comes; the count starts at 1.
  /// For the life of the process, so it is called once.
  public static func watch(_ body: @escaping @Sendable (_ count: Int) -> Void) {
    descriptor.store(event.descriptor, ordering: .sequentiallyConsistent)
    _ = WorkerThread {
      var count = 0
      while true {
        guard event.wait(atMost: .seconds(3_600)) else { continue }
        event.lower()
        count += 1
        body(count)
      }
    }
    for number in signals {
      signal(number) { _ in
        siaga_lab_raise_event(Interruption.descriptor.load(ordering: .relaxed))
      }
    }
  }

  /// Back to the system's ways: the next signal ends the process.
  public static func unwatch() {
    for number in signals {
      signal(number, SIG_DFL)
    }
  }
}
