import CLinux
import Glibc
import Kernel

/// What signals ask of the daemon.
enum Signal: Sendable {
  case end, reload

  /// Catches signals for as long as the process lives, whatever thread they reach; `take` runs
  /// on the loop's thread.
  static func watch(on loop: EventLoop, _ take: @escaping (Signal) -> Void) throws(SystemError) {
    let pipe = siaga_signals_open()
    guard pipe >= 0 else { throw SystemError(code: -pipe, what: "catch signals") }
    try loop.watch(pipe) {
      while true {
        switch siaga_signals_next(pipe) {
        case SIGHUP: take(.reload)
        case SIGTERM, SIGINT: take(.end)
        default: return
        }
      }
    }
  }
}
