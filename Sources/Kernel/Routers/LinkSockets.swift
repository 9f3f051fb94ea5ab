import Glibc
import Model

/// Sockets by what they are for: those that are wanted are opened, each second again where that
/// fails, and the others are closed.
struct LinkSockets<Ear: Hashable> {
  private static var pause: Duration { .seconds(1) }  // after a socket could not be opened

  private(set) var open: [Ear: Int32] = [:]
  private var unopened: [Ear] = []
  private var opensAgain = Instant.zero
  private var failure: SystemError?

  /// - Parameter close: whatever is not wanted any more.
  mutating func want(_ ears: [Ear], close: (Ear, Int32) -> Void) {
    for (ear, descriptor) in open where !ears.contains(ear) {
      close(ear, descriptor)
      open[ear] = nil
    }
    unopened = ears.filter { open[$0] == nil }
    opensAgain = .zero
  }

  /// What was open is of no use: it is opened again after a while.
  mutating func lost(_ ear: Ear, _ why: SystemError, at now: Instant) {
    open[ear] = nil
    unopened.append(ear)
    opensAgain = now + Self.pause
    failure = why
  }

  /// Opens what is not open.
  /// - Returns: when it must be called again, and why a socket could not be opened.
  mutating func tend(
    at now: Instant, _ opened: (Ear) throws(SystemError) -> Int32
  ) -> (next: Instant?, failure: SystemError?) {
    if !unopened.isEmpty, opensAgain <= now {
      failure = nil
      opensAgain = now + Self.pause
      unopened = unopened.filter { ear in
        do throws(SystemError) {
          open[ear] = try opened(ear)
          return false
        } catch {
          failure = error
          return true
        }
      }
    }
    return (unopened.isEmpty ? nil : opensAgain, failure)
  }
}

extension EventLoop {
  /// Watches a descriptor that was just opened, or closes it.
  func watch(opened descriptor: Int32, _ handler: @escaping Handler) throws(SystemError) {
    do throws(SystemError) {
      try watch(descriptor, handler)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }
}
