import Glibc

/// systemd-resolved in a namespace, as on a machine of its own, whose /etc/resolv.conf is its stub's.
public final class Resolved {
  /// What else shall see that /etc, and talk with it.
  public let mounts: [Mount]
  private let folder: String
  private let scratch: ScratchDirectory
  private let bus: SystemBus
  private var daemon: Program?

  /// - Parameter folder: where its package was unpacked.
  public init(unpacked folder: String, tag: String) throws {
    guard access("\(folder)/lib/systemd/systemd-resolved", X_OK) == 0 else {
      throw LabError.system(
        "find systemd-resolved in \(folder) (`make test` unpacks it)", errno: ENOENT)
    }
    self.folder = folder
    let scratch = try ScratchDirectory(tag: tag)
    self.scratch = scratch
    mounts = [Mount(scratch.file("run"), at: "/run"), Mount(scratch.file("etc"), at: "/etc")]
    try Command.run("mkdir", "-p", scratch.file("run/systemd/resolve"))
    try Command.run("cp", "-a", "/etc", scratch.file("etc"))
    try Command.run(
      "ln", "-sf", "../run/systemd/resolve/stub-resolv.conf", scratch.file("etc/resolv.conf"))
    // It takes the rights of this user, whom its package would make.
    let users = try scratch.read("etc/passwd")
    if !users.contains("systemd-resolve:") {
      try scratch.write(users + "systemd-resolve:x:0:0::/:/usr/sbin/nologin\n", to: "etc/passwd")
    }
    bus = try SystemBus(in: scratch)
  }

  public func start(in namespace: Namespace) throws {
    daemon = try Program(
      namespace.command(["\(folder)/lib/systemd/systemd-resolved"], seeing: mounts),
      log: scratch.file("resolved.log"))
    try waitUntil("resolved's stub", within: .seconds(10)) {
      access(scratch.file("run/systemd/resolve/stub-resolv.conf"), F_OK) == 0
    }
  }

  public func restart(in namespace: Namespace) throws {
    daemon?.end()
    try start(in: namespace)
    try waitUntil("resolved on its bus", within: .seconds(10)) {
      // Until it is there, the question fails.
      (try? status(of: "lo", in: namespace)) != nil
    }
  }

  /// `PATH` with `resolvectl` in it.
  public var path: String { "PATH=\(folder)/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin" }

  /// What `resolvectl` says of a link.
  public func status(of interface: String, in namespace: Namespace) throws -> String {
    try Command.run(
      namespace.command(["\(folder)/usr/bin/resolvectl", "status", interface], seeing: mounts))
  }

  public func end() {
    daemon?.end()
    bus.end()
  }
}
