import Glibc
import Synchronization

/// `siaga run` in a namespace, with a configuration, a socket and a state of its own.
///
/// It can be killed and started again: what it left in the kernel and in its state directory
/// stays for the next one.
public final class GatewayDaemon: Sendable {
  public let socket: String
  public let logPath: String
  private let running: Mutex<Program>

  private let scratch: ScratchDirectory
  private let arguments: [String]

  /// Starts it; it may take a moment until it answers.
  /// - Parameters:
  ///   - mounts: what it sees in the place of the machine's own.
  ///   - environment: `NAME=VALUE`, for it alone.
  public init(
    executable: String, configuration: String, in namespace: Namespace, tag: String,
    seeing mounts: [Mount] = [], environment: [String] = []
  ) throws {
    scratch = try ScratchDirectory(tag: tag)
    try scratch.write(configuration, to: "siaga.yaml")
    socket = scratch.file("api.sock")
    logPath = scratch.file("daemon.log")
    let line =
      (environment.isEmpty ? [] : ["env"] + environment) + [
        executable, "run", "--config", scratch.file("siaga.yaml"), "--socket", socket,
        "--state-dir", scratch.file("state"),
      ]
    arguments =
      mounts.isEmpty ? namespace.command(line) : namespace.command(line, seeing: mounts)
    running = Mutex(try Program(arguments, log: logPath))
  }

  /// The one that was started last.
  public var program: Program { running.withLock { $0 } }

  public var isRunning: Bool { program.isRunning }

  /// kill -9: no chance to clean up or to say farewell. The moment of it.
  @discardableResult
  public func kill() -> Moment {
    let before = Moment.now
    program.signal(SIGKILL)
    program.end(patience: .zero)
    return before
  }

  /// Starts it again after it ended; the moment of it.
  /// - Parameter gate: who is asked before it gets a socket of netfilter's.
  @discardableResult
  public func start(behind gate: NetfilterGate? = nil) throws -> Moment {
    precondition(!isRunning, "the daemon runs already, as \(program.pid)")
    let program = try Program(arguments, behind: gate, log: logPath)
    running.withLock { $0 = program }
    return program.startedAt
  }

  /// SIGSTOP: it is there, and does nothing.
  public func stall() {
    program.signal(SIGSTOP)
  }

  public func goOn() {
    program.signal(SIGCONT)
  }

  @discardableResult
  public func end() -> Exit {
    program.end()
  }

  /// The last lines it logged: what to show when it did not do as expected.
  public func logTail(lines: Int = 12) -> String {
    // A daemon that never started has no log; that is what the caller is about to say.
    let log = (try? scratch.read("daemon.log")) ?? ""
    return log.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}
