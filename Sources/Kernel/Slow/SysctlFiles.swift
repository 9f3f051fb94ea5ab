import CLinux
import Glibc
import Model
import Reconcile

/// Kernel settings below /proc/sys, and the record of what they were before.
///
/// The record is a text file, `path=value` a line, written before a setting is changed: so
/// `--cleanup` can restore it, also after a crash in between.
public struct SysctlFiles: Sendable {
  private let recordPath: String

  public init(recordPath: String) {
    self.recordPath = recordPath
  }

  /// All of them are recorded at once: each time costs a write that the disk confirms.
  /// - Returns: for each, nil when it is so.
  func set(_ settings: [(sysctl: Sysctl, value: String)]) -> [ChangeFailure?] {
    let looks = settings.map { setting in
      Result { () throws(SystemError) in try Self.reading(of: setting.sysctl) }
    }
    let unrecorded = record(
      zip(settings, looks).compactMap { setting, look in
        guard case .success(let present?) = look, present != setting.value else { return nil }
        return (setting.sysctl, present)
      })
    return zip(settings, looks).map { setting, look in
      if let failure = setting.sysctl.overruling(setting.value) { return failure }
      switch look {
      case .failure(let error): return ChangeFailure(error)
      case .success(nil) where setting.sysctl.isOff(in: setting.value): return nil
      case .success(nil):
        return ChangeFailure(code: ENOENT, name: "ENOENT", message: "there is no such setting")
      case .success(setting.value): return nil
      case .success: return unrecorded ?? Self.write(setting.sysctl, setting.value)
      }
    }
  }

  /// What is recorded already stays so.
  private func record(_ old: [(sysctl: Sysctl, value: String)]) -> ChangeFailure? {
    guard !old.isEmpty else { return nil }
    do throws(SystemError) {
      var record = try Record(path: recordPath)
      let new = old.filter { record.values[$0.sysctl] == nil }
      for (sysctl, value) in new { record.values[sysctl] = value }
      return new.isEmpty ? nil : record.save()
    } catch {
      return ChangeFailure(error)
    }
  }

  /// What was there before, of what we have set.
  public var recorded: [(Sysctl, String)] {
    let record = try? Record(path: recordPath)  // what cannot be read cannot be told
    return (record?.values ?? [:]).sorted { $0.key < $1.key }.filter { Self.read($0.0) != nil }
  }

  /// Puts back what was there before, and forgets the record.
  /// - Returns: what could not be put back, and why.
  public func restore() -> [(Sysctl, ChangeFailure)] {
    guard let record = try? Record(path: recordPath) else { return [] }  // as `recorded` has it
    var failures: [(Sysctl, ChangeFailure)] = []
    for (sysctl, value) in record.values.sorted(by: { $0.key < $1.key }) {
      // A setting of an interface that is gone went with it.
      guard Self.read(sysctl) != nil, let failure = Self.write(sysctl, value) else { continue }
      failures.append((sysctl, failure))
    }
    if failures.isEmpty { unlink(recordPath) }
    return failures
  }

  public static func read(_ sysctl: Sysctl) -> String? {
    try? reading(of: sysctl)  // for those to whom the reason is all the same
  }

  /// - Returns: nil where there is no such setting.
  static func reading(of sysctl: Sysctl) throws(SystemError) -> String? {
    try FileText.load("/proc/sys/\(sysctl.path)").map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
  }

  private static func write(_ sysctl: Sysctl, _ value: String) -> ChangeFailure? {
    FileText.write(value, to: "/proc/sys/\(sysctl.path)").map { code in
      ChangeFailure(code: code, name: ErrorName.of(code), message: ErrorName.words(code))
    }
  }

  private struct Record {
    let path: String
    var values: [Sysctl: String] = [:]

    /// One that cannot be read now is not an empty one: the next would be written over it.
    init(path: String) throws(SystemError) {
      self.path = path
      let text = String(decoding: try FileText.load(path) ?? [], as: UTF8.self)
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { values[Sysctl(String(parts[0]))] = String(parts[1]) }
      }
    }

    func save() -> ChangeFailure? {
      let lines = values.sorted { $0.key < $1.key }.map { "\($0.key.path)=\($0.value)\n" }
      return FileText.replace(path, with: lines.joined()).map { code in
        ChangeFailure(
          code: code, name: ErrorName.of(code), message: "cannot record the old value in \(path)")
      }
    }
  }
}

extension Sysctl {
  /// A strict filter for all is one for each, whatever the interface itself says (ip-sysctl).
  fileprivate func overruling(_ value: String) -> ChangeFailure? {
    let all = Sysctl("net/ipv4/conf/all/rp_filter")
    guard path.hasPrefix("net/ipv4/conf/"), path.hasSuffix("/rp_filter"), value == "0",
      SysctlFiles.read(all) == "1"
    else { return nil }
    return ChangeFailure(
      code: 0, name: "overruled", message: "\(all.text) is 1, and counts for every interface")
  }

  /// A machine without IPv6 has none of its settings, and need not be told to do without.
  fileprivate func isOff(in value: String) -> Bool {
    path.hasPrefix("net/ipv6/conf/") && path.hasSuffix("/disable_ipv6") && value == "1"
      && access("/proc/sys/net/ipv6", F_OK) != 0
  }
}

/// Whole small files. Blocks: never on the loop once it runs.
public enum FileText {
  public static func read(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// - Parameter limit: a file that is longer is cut there.
  public static func bytes(_ path: String, limit: Int = 16 << 20) -> [UInt8]? {
    try? load(path, limit: limit)  // for those to whom the reason is all the same
  }

  /// - Returns: nil where there is no such file; that it cannot be read is another matter.
  public static func load(
    _ path: String, limit: Int = 16 << 20
  ) throws(SystemError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SystemError(code: errno, what: "open \(path)")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError(code: errno, what: "read \(path)") }
      guard count > 0 else { break }
      bytes += chunk.prefix(count)
    }
    return bytes
  }

  /// A directory's entries; none where there is no such directory.
  public static func names(in path: String) -> [String] {
    guard let listing = opendir(path) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      // Read in place: an entry ends after its name, and a copy of the struct would read on.
      let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
      let start = UnsafeRawPointer(entry) + offset
      names.append(String(cString: start.assumingMemoryBound(to: CChar.self)))
    }
    return names
  }

  /// - Returns: an errno, nil when it worked.
  static func write(_ text: String, to path: String) -> Int32? {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    return Glibc.write(descriptor, bytes, bytes.count) == bytes.count ? nil : errno
  }

  /// Writes in place: a reader may see a part of it.
  /// - Returns: an errno, nil when it worked.
  public static func overwrite(_ path: String, with text: String, mode: Int32 = 0o600) -> Int32? {
    let bytes = Array(text.utf8)
    let result = siaga_write_whole_file(path, bytes, bytes.count, mode)
    return result == 0 ? nil : -result
  }

  /// Writes beside it, syncs, then renames: a reader, or a crash, sees the old or the new. What
  /// could not be written to its end does not stay: it would take room on a disk that is full.
  /// - Returns: an errno, nil when it worked.
  public static func replace(_ path: String, with text: String, mode: Int32 = 0o600) -> Int32? {
    let beside = path + ".new"
    if let code = overwrite(beside, with: text, mode: mode) {
      unlink(beside)
      return code
    }
    return rename(beside, path) == 0 ? nil : errno
  }
}

extension ChangeFailure {
  fileprivate init(_ error: SystemError) {
    self.init(code: error.code, name: ErrorName.of(error.code), message: error.what)
  }
}
