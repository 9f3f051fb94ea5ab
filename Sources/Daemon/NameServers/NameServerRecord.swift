import Glibc
import Kernel
import Model

/// What stood before ours did, kept in a file of our own: so that it can stand again, also when the daemon
/// has ended.
enum NameServerRecord: Equatable {
  case file(String, text: String?)  // nil: there was none
  case links([String])  // of systemd-resolved

  private static let (wasThere, wasNot, ofLinks) = ("as it was:", "was not there", "links:")

  private init?(_ kept: String) {
    let lines = kept.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3 else { return nil }
    switch lines[1] {
    case Self.wasThere: self = .file(String(lines[0]), text: String(lines[2]))
    case Self.wasNot: self = .file(String(lines[0]), text: nil)
    case Self.ofLinks: self = .links(lines[2].split(separator: "\n").map(String.init))
    default: return nil
    }
  }

  private var text: String {
    switch self {
    case .file(let path, let text?): "\(path)\n\(Self.wasThere)\n\(text)"
    case .file(let path, nil): "\(path)\n\(Self.wasNot)\n"
    case .links(let names): "systemd-resolved\n\(Self.ofLinks)\n" + names.joined(separator: "\n")
    }
  }

  func save(to record: String) throws(SystemError) {
    guard let code = FileText.replace(record, with: text) else { return }
    throw SystemError(code: code, what: "keep in \(record) whom programs asked for names")
  }

  /// Puts back what was there, unless somebody else has written since.
  /// - Returns: what is as it was; nil: there is nothing to put back.
  @discardableResult
  static func restore(from record: String) throws(SystemError) -> String? {
    guard let bytes = try FileText.load(record) else { return nil }
    let kept = NameServerRecord(String(decoding: bytes, as: UTF8.self))
    let restored = try kept?.restore()
    unlink(record)
    return restored ?? nil
  }

  private func restore() throws(SystemError) -> String? {
    switch self {
    case .file(let path, let text):
      return try ResolvFile(path).restore(text) ? path : nil
    case .links(let names):
      guard ResolvedLinks.isInUse else { return nil }
      for name in names { try ResolvedLinks.revert(name) }
      return "systemd-resolved"
    }
  }
}
