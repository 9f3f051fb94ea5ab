import CLinux
import Glibc
import Synchronization

/// The control socket's place in the file system: whose it is, and who may use it.
final class SocketPath: Sendable {
  private let path: String
  private let own = Mutex<ino_t?>(nil)  // which file ours is, once it is there

  /// sun_path holds so many bytes and a zero (unix(7)).
  private static let longest = 107

  init(_ path: String) {
    self.path = path
  }

  /// Makes room for our socket. What a dead daemon left is removed; nothing else is.
  func clear() throws(DaemonFailure) {
    guard path.utf8.count <= Self.longest else {
      throw DaemonFailure(
        "--socket \(path) is longer than \(Self.longest) bytes; choose a shorter path",
        isUsage: true)
    }
    guard let found = status else { return }
    guard found.st_mode & S_IFMT == S_IFSOCK else {
      throw DaemonFailure(
        "\(path) is there and is no socket; siaga does not remove it: name another --socket",
        isUsage: true)
    }
    guard siaga_unix_answers(path) == 0 else {
      throw DaemonFailure(
        "another daemon listens at \(path), in another network namespace; name another --socket")
    }
    unlink(path)
  }

  /// For root and the group `siaga` alone.
  func grant() {
    if let group = getgrnam("siaga") { chown(path, uid_t.max, group.pointee.gr_gid) }
    chmod(path, 0o660)
    own.withLock { $0 = status?.st_ino }
  }

  /// Removes our own socket, not one that somebody put in its place.
  func remove() {
    guard let inode = own.withLock({ $0 }), status?.st_ino == inode else { return }
    unlink(path)
  }

  private var status: stat? {
    var found = stat()
    return lstat(path, &found) == 0 ? found : nil
  }
}
