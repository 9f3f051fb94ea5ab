import Glibc

/// The control socket is for root and the group `siaga` alone.
enum SocketRights {
  static func grant(_ path: String) {
    if let group = getgrnam("siaga") { chown(path, uid_t.max, group.pointee.gr_gid) }
    chmod(path, 0o660)
  }
}
