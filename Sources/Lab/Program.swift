import CLinux
import Glibc

/// How a program ended.
public enum Exit: Hashable, Sendable, CustomStringConvertible {
  case status(Int32)
  case signal(Int32)

  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .status((waitStatus >> 8) & 0xff) : .signal(signal)
  }

  public var isSuccess: Bool { self == .status(0) }

  public var description: String {
    switch self {
    case .status(let status): "ended with status \(status)"
    case .signal(let signal): "was ended by signal \(signal)"
    }
  }
}

/// A program that runs until it is ended: by us, or by the kernel when we die.
///
/// Each has a thread of ours as its parent, which starts it and waits for it: PR_SET_PDEATHSIG
/// means the death of the parent *thread*, and threads of Swift's pool come and go.
public final class Program: Sendable {
  public let pid: Int32
  public let arguments: [String]
  public let startedAt: Moment
  let exit: Handover<Exit>

  /// Starts a program whose output goes to the end of a file.
  /// - Parameter gate: who is asked before it gets a socket of netfilter's.
  public convenience init(
    _ arguments: [String], in namespace: Namespace? = nil, behind gate: NetfilterGate? = nil,
    log path: String
  ) throws {
    let null = try Descriptor(opening: "/dev/null", O_RDONLY)
    let log = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND)
    try self.init(
      namespace.map { $0.command(arguments) } ?? arguments, input: null.number, output: log.number,
      errors: log.number, behind: gate)
  }

  init(
    _ arguments: [String], input: Int32, output: Int32, errors: Int32,
    behind gate: NetfilterGate? = nil
  ) throws {
    let started = Handover<Result<Int32, LabError>>()
    let exit = Handover<Exit>()
    startedAt = .now
    _ = WorkerThread {
      let pid = Result { () throws(LabError) in try gate?.enter() }.flatMap {
        Self.spawn(arguments, input: input, output: output, errors: errors)
      }
      started.give(pid)
      guard case .success(let child) = pid else { return }
      var status: Int32 = 0
      while waitpid(child, &status, 0) < 0 && errno == EINTR {}
      exit.give(Exit(waitStatus: status))
    }
    pid = try started.wait().get()
    self.arguments = arguments
    self.exit = exit
  }

  /// A program nobody holds any more is ended.
  deinit {
    if isRunning { kill(pid, SIGKILL) }
  }

  private static func spawn(
    _ arguments: [String], input: Int32, output: Int32, errors: Int32
  ) -> Result<Int32, LabError> {
    var vector: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    vector.append(nil)
    defer { vector.forEach { free($0) } }
    let result = siaga_lab_spawn(vector, input, output, errors)
    return result > 0
      ? .success(result)
      : .failure(.system("start \(arguments.first ?? "nothing")", errno: -result))
  }

  public var isRunning: Bool { exit.wait(atMost: .zero) == nil }

  public func signal(_ number: Int32) {
    // Between the end and this call the pid could belong to somebody else.
    guard isRunning else { return }
    kill(pid, number)
  }

  /// How it ended; nil when it still runs after `bound`.
  public func wait(atMost bound: Duration) -> Exit? {
    exit.wait(atMost: bound)
  }

  /// Asks it to end, and insists after `patience`.
  @discardableResult
  public func end(patience: Duration = .seconds(3)) -> Exit {
    signal(SIGTERM)
    if let exit = wait(atMost: patience) { return exit }
    signal(SIGKILL)
    return exit.wait()
  }
}
