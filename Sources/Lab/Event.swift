import CLinux
import Glibc

/// Something that happens, usually once: threads wait for it, beside other descriptors if
/// they like.
final class Event: Sendable {
  let descriptor: Int32

  init() {
    descriptor = siaga_lab_open_event()
    precondition(descriptor >= 0, "no more descriptors: \(String(cString: strerror(-descriptor)))")
  }

  deinit {
    close(descriptor)
  }

  func raise() {
    siaga_lab_raise_event(descriptor)
  }

  /// Makes it wait for the next time.
  func lower() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  /// Whether it has happened, now or within `bound`.
  @discardableResult
  func wait(atMost bound: Duration) -> Bool {
    let end = Moment.now + bound
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, (end - Moment.now).pollMilliseconds) < 0 && errno == EINTR {}
    return entry.revents != 0
  }
}
