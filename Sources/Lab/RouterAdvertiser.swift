import Glibc

/// A real router that advertises itself and its networks: radvd, on one interface of a namespace.
public final class RouterAdvertiser {
  /// What it says; seconds.
  public struct Network: Sendable {
    let prefix: String
    let valid: Int
    let preferred: Int

    public init(_ prefix: String, valid: Int = 86_400, preferred: Int = 14_400) {
      self.prefix = prefix
      self.valid = valid
      self.preferred = preferred
    }
  }

  private let scratch: ScratchDirectory
  private let arguments: [String]
  private let namespace: Namespace
  private var program: Program

  /// - Parameters:
  ///   - lifetime: as a default router, in seconds.
  ///   - pauses: how many seconds it waits until it speaks again, unless it is asked.
  public init(
    _ networks: [Network], lifetime: Int = 1_800, pauses: ClosedRange<Int> = 3...4,
    by interface: String, in namespace: Namespace, tag: String
  ) throws {
    scratch = try ScratchDirectory(tag: tag)
    let prefixes = networks.map {
      "prefix \($0.prefix) { AdvValidLifetime \($0.valid); AdvPreferredLifetime \($0.preferred); };"
    }
    try scratch.write(
      """
      interface \(interface) {
        AdvSendAdvert on; MinRtrAdvInterval \(pauses.lowerBound); MaxRtrAdvInterval \(pauses.upperBound);
        AdvDefaultLifetime \(lifetime);
        \(prefixes.joined(separator: "\n  "))
      };

      """, to: "radvd.conf")
    arguments = [
      "radvd", "--nodaemon", "--logmethod=stderr", "--config=\(scratch.file("radvd.conf"))",
      "--pidfile=\(scratch.file("radvd.pid"))",
    ]
    self.namespace = namespace
    program = try Program(arguments, in: namespace, log: scratch.file("radvd.log"))
  }

  /// It says goodbye: a lifetime of zero.
  public func end() {
    program.end()
  }

  /// It says nothing any more, not even goodbye.
  public func kill() {
    program.signal(SIGKILL)
    program.end(patience: .zero)
  }

  public func start() throws {
    precondition(!program.isRunning, "radvd runs already, as \(program.pid)")
    program = try Program(arguments, in: namespace, log: scratch.file("radvd.log"))
  }
}
