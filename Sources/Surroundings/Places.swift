import Doctor
import Glibc

/// The control socket and the state directory, as the file system has them.
struct Places {
  let socket: String
  let state: String

  /// - Parameter user: who is to write; nil: no daemon runs, so whoever asks.
  func facts(user: uid_t?) -> PlaceFacts {
    var facts = PlaceFacts()
    facts.hasGroup = getgrnam("siaga") != nil
    facts.socket = socketFacts
    facts.state = stateFacts(user: user ?? geteuid())
    return facts
  }

  private var socketFacts: PlaceFacts.Socket? {
    guard let status = Self.status(socket), status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    let group = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
    return PlaceFacts.Socket(
      path: socket, group: group ?? "\(status.st_gid)", mode: status.st_mode,
      closedDirectory: Self.directories(above: socket).first { path in
        guard let above = Self.status(path), let own = getgrnam("siaga") else { return false }
        let isOfGroup = above.st_gid == own.pointee.gr_gid && above.st_mode & S_IXGRP != 0
        return above.st_mode & S_IXOTH == 0 && !isOfGroup
      })
  }

  private func stateFacts(user: uid_t) -> PlaceFacts.State? {
    var disk = statvfs()
    guard let status = Self.status(state), statvfs(state, &disk) == 0 else { return nil }
    let isReadOnly = disk.f_flag & UInt(ST_RDONLY) != 0
    let isAllowed =
      user == 0 || status.st_uid == user && status.st_mode & S_IWUSR != 0
      || status.st_mode & S_IWOTH != 0
    let name = getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "\(user)"
    return PlaceFacts.State(
      path: state, isWritable: !isReadOnly && isAllowed, user: name,
      freeBytes: Int(disk.f_bavail) * Int(disk.f_frsize),
      // Some file systems count no files.
      freeFiles: disk.f_files == 0 ? .max : Int(disk.f_favail))
  }

  /// The mode of a file that this user may not read; one of its group may.
  static func closedMode(of path: String, to user: uid_t) -> String? {
    guard user != 0, let found = status(path) else { return nil }
    let bits = S_IROTH | S_IRGRP | (found.st_uid == user ? S_IRUSR : 0)
    return found.st_mode & bits == 0 ? String(found.st_mode & 0o777, radix: 8) : nil
  }

  private static func directories(above path: String) -> [String] {
    let parts = path.split(separator: "/").dropLast()
    return parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
  }

  private static func status(_ path: String) -> stat? {
    var found = stat()
    return fstatat(AT_FDCWD, path, &found, 0) == 0 ? found : nil
  }
}
