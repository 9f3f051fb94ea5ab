import Synchronization

/// A value that one thread gives once and any number of others wait for.
final class Handover<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let given = Event()  // raised when the value is there

  func give(_ new: Value) {
    value.withLock { $0 = new }
    given.raise()
  }

  func wait() -> Value {
    while true {
      if let value = wait(atMost: .seconds(3_600)) { return value }
    }
  }

  func wait(atMost bound: Duration) -> Value? {
    given.wait(atMost: bound)
    return value.withLock { $0 }
  }
}
