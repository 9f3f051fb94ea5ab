import Glibc

/// A connection to a control socket that says what it likes.
final class RawClient: @unchecked Sendable {
  // @unchecked: one test uses it, one call after another.
  private let number: Int32

  /// nil: so many wait already that this one may not.
  init?(_ path: String) {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    number = socket(AF_UNIX, kind, 0)
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    // SO_SNDTIMEO is for connect, too.
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { return nil }
  }

  deinit { close(number) }

  /// - Returns: whether somebody took all of it.
  @discardableResult
  func say(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  func say(_ text: String) -> Bool { say(Array(text.utf8)) }

  /// - Returns: how many bytes came; 0: it was closed, nil: nothing came within a second.
  func hear() -> Int? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(number, &buffer, buffer.count, 0)
    if count < 0, errno == EAGAIN { return nil }
    return max(0, count)
  }

  /// Whether the other side is gone, without waiting.
  var isLetGo: Bool {
    var byte: UInt8 = 0
    let count = recv(number, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
    return count == 0 || (count < 0 && errno != EAGAIN)
  }
}
