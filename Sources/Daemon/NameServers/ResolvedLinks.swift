import Glibc
import Kernel
import Model

/// systemd-resolved, where /etc/resolv.conf is its own: it is told each link's name servers, and that all
/// names are asked for by these links.
struct ResolvedLinks {
  private var told: [NameServers.Source] = []

  /// Whether that file is resolved's.
  static var isInUse: Bool {
    guard let resolved = realpath(ResolvFile.ofSystem, nil) else { return false }
    defer { free(resolved) }
    return String(cString: resolved).hasPrefix("/run/systemd/resolve/")
  }

  mutating func tell(
    _ sources: [NameServers.Source], keeping record: String
  ) throws(SystemError) {
    guard sources != told else { return }
    let ended = told.filter { old in !sources.contains { $0.interface == old.interface } }
    try NameServerRecord.links((sources + ended).map { "\($0.interface)" }).save(to: record)
    for source in sources where !told.contains(source) {
      let interface = "\(source.interface)"
      try Self.resolvectl(["dns", interface] + source.servers.map { "\($0)" })
      try Self.resolvectl(["default-route", interface, "yes"])
    }
    for source in ended { try Self.resolvectl(["default-route", "\(source.interface)", "no"]) }
    told = sources
  }

  /// It is as whoever made the link told of it.
  static func revert(_ interface: String) throws(SystemError) {
    try resolvectl(["revert", interface])
  }

  private static func resolvectl(_ arguments: [String]) throws(SystemError) {
    var program = ChildProgram(["resolvectl"] + arguments)
    program.timeLimit = .seconds(10)
    let outcome = try program.run()
    guard outcome.isSuccess else {
      let line = "resolvectl \(arguments.joined(separator: " "))"
      throw SystemError(code: EIO, what: "run `\(line)` (\(HookFailure.sentence(outcome)))")
    }
  }
}
