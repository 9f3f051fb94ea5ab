import Doctor
import Glibc
import Kernel

/// The programs that run in this network namespace.
struct ProcessTable {
  private(set) var programs: [RunningProgram] = []
  private(set) var isPartial = false  // of some nobody would say where they run

  init() {
    guard let here = Self.namespace(of: "self") else { return }
    for process in FileText.names(in: "/proc").compactMap({ Int32($0) }).sorted() {
      switch Self.namespace(of: "\(process)") {
      case here?: programs.append(Self.program(process))
      case nil where Self.name(process) != nil && geteuid() != 0: isPartial = true
      case .some, nil: break
      }
    }
  }

  /// Our daemon.
  var daemon: RunningProgram? {
    programs.first { $0.name == "siaga" && $0.arguments.dropFirst().first == "run" }
  }

  /// Whether a daemon holds the name that belongs to one for each network namespace.
  static var isClaimed: Bool {
    FileText.lines("/proc/net/unix").contains { $0.hasSuffix(" @siaga-daemon") }
  }

  /// Whose a process is.
  static func owner(of process: Int32) -> uid_t? {
    var found = stat()
    return fstatat(AT_FDCWD, "/proc/\(process)", &found, 0) == 0 ? found.st_uid : nil
  }

  private static func namespace(of process: String) -> String? {
    var link = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/\(process)/ns/net", &link, link.count)
    guard count > 0 else { return nil }
    return String(decoding: link.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func name(_ process: Int32) -> String? {
    FileText.lines("/proc/\(process)/comm").first.map { String($0) }
  }

  private static func program(_ process: Int32) -> RunningProgram {
    let line = FileText.bytes("/proc/\(process)/cmdline", limit: 1 << 16) ?? []
    return RunningProgram(
      process: process, name: name(process) ?? "",
      arguments: line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
  }
}

extension RunningProgram {
  /// The value of `--name value` or `--name=value`.
  func option(_ name: String) -> String? {
    for (place, word) in arguments.enumerated() {
      if word == name { return arguments.dropFirst(place + 1).first }
      if word.hasPrefix("\(name)=") { return String(word.dropFirst(name.count + 1)) }
    }
    return nil
  }
}
