import CLinux
import Glibc

/// systemd's notification protocol (sd_notify): a datagram to the socket it names.
enum ServiceManager {
  static func tell(_ state: String) {
    guard let path = getenv("NOTIFY_SOCKET") else { return }
    // Nobody to tell is no reason to stop.
    _ = siaga_notify(path, state)
  }
}
