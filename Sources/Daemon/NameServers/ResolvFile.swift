import Glibc
import Kernel
import Model

/// A file as resolv.conf(5) has it, in which our name servers stand.
struct ResolvFile {
  static let ofSystem = "/etc/resolv.conf"

  enum Outcome: Equatable {
    case unchanged, written
    case taken  // somebody else's words were there
  }

  private let path: String

  /// A link is followed: who made it meant that file.
  init(_ path: String) {
    guard let resolved = realpath(path, nil) else {
      self.path = path
      return
    }
    defer { free(resolved) }
    self.path = String(cString: resolved)
  }

  /// - Parameter record: where it is kept what somebody else had written.
  func write(_ servers: NameServers, keeping record: String) throws(SystemError) -> Outcome {
    let present = try content
    let text = servers.text(over: present ?? "")
    guard text != present else { return .unchanged }
    let isOurs = present.map(NameServers.isOurs) ?? false
    if !isOurs { try NameServerRecord.file(path, text: present).save(to: record) }
    try replace(with: text)
    return isOurs ? .written : .taken
  }

  /// - Returns: false: somebody else has written since.
  func restore(_ text: String?) throws(SystemError) -> Bool {
    guard let present = try content, NameServers.isOurs(present) else { return false }
    if let text {
      try replace(with: text)
    } else if unlink(path) != 0 {
      throw SystemError(code: errno, what: "remove \(path)")
    }
    return true
  }

  private var content: String? {
    get throws(SystemError) {
      try FileText.load(path).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Of a file that is mounted by itself, as in containers, the content is replaced.
  private func replace(with text: String) throws(SystemError) {
    var code = FileText.replace(path, with: text, mode: 0o644)
    if code == EBUSY {
      unlink(path + ".new")
      code = FileText.overwrite(path, with: text)
    }
    if let code { throw SystemError(code: code, what: "write \(path)") }
    chmod(path, 0o644)  // whatever the daemon's umask: all programs read it
  }
}
