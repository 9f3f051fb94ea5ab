import Glibc

/// ufw in a namespace, with settings and a lock of its own; Debian's defaults to begin with.
public final class UFW: Sendable {
  private let scratch: ScratchDirectory
  private let namespace: Namespace
  private let mounts: [Mount]

  public init(in namespace: Namespace, tag: String) throws {
    guard Command.exists("ufw") else {
      throw LabError.system("find ufw (`make needs` installs it)", errno: ENOENT)
    }
    scratch = try ScratchDirectory(tag: tag)
    self.namespace = namespace
    try Command.run("mkdir", scratch.file("run"))
    try Command.run("cp", "-a", "/etc/ufw", scratch.file("rules"))
    try Command.run("cp", "-a", "/etc/default/ufw", scratch.file("defaults"))
    mounts = [
      Mount(scratch.file("run"), at: "/run"), Mount(scratch.file("rules"), at: "/etc/ufw"),
      Mount(scratch.file("defaults"), at: "/etc/default/ufw"),
    ]
  }

  /// `ufw` with these words.
  public func run(_ words: String...) throws {
    try Command.run(namespace.command(["ufw", "--force"] + words, seeing: mounts))
  }
}
