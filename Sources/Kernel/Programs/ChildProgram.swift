import CLinux
import Model

/// Another program, to be run to its end within bounds. Running blocks: never on the loop.
///
/// It runs in `/`, has no descriptors but the standard ones, and leads a process group of its
/// own. The group ends as a whole: when its time is over, when its leader has ended, and when we
/// die, however suddenly. What is to live longer must leave it (setsid).
public struct ChildProgram: Sendable {
  public var arguments: [String]  // the program first: a path, or a name to look for in PATH
  public var input = ""  // what it can read
  public var environment: [String: String] = [:]
  public var inheritsEnvironment = true  // is given what siaga itself was given too
  public var timeLimit: Duration?
  public var outputLimit = 64 << 10  // how many bytes are kept of what it says: the first

  /// From asking a program to end (SIGTERM) to making it (SIGKILL).
  public static let patience = Duration.seconds(1)
  /// Whoever says more bytes than this is ended.
  static let flood = 16 << 20

  public init(_ arguments: [String]) {
    precondition(!arguments.isEmpty, "there is no program to run")
    self.arguments = arguments
  }

  public enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut(Duration)
    case flooded
    case stopped  // whoever ran it wanted its end
  }

  public struct Outcome: Hashable, Sendable {
    public let ending: Ending
    public let output: String  // standard output and error together

    public var isSuccess: Bool { ending == .exited(0) }
  }

  /// - Parameter stop: ends it early, once it is raised.
  /// - Throws: when the program cannot be started.
  public func run(until stop: StopSignal? = nil) throws(SystemError) -> Outcome {
    let process = try ChildProcess(self)
    var watch = ChildWatch(self, at: Clock.now)
    while true {
      switch process.next(until: watch.deadline, or: watch.isEnding ? nil : stop) {
      case .said(let bytes): watch.heard(bytes, at: Clock.now).map(process.signal)
      case .late: watch.late(at: Clock.now).map(process.signal)
      case .stopped: watch.stopped(at: Clock.now).map(process.signal)
      case .ended: return watch.outcome(process.reap())
      }
    }
  }
}

extension ChildProgram.Ending: CustomStringConvertible {
  /// After the program's name.
  public var description: String {
    switch self {
    case .exited(let status): "exited with \(status)"
    case .signalled(let number): "was ended by signal \(number)"
    case .timedOut(let limit): "took longer than \(limit.text), and was ended"
    case .flooded: "said more than \(ChildProgram.flood >> 20) MiB, and was ended"
    case .stopped: "was stopped"
    }
  }
}

/// Ends programs that run until it is raised, from any thread.
public final class StopSignal: Sendable {
  private let event: Descriptor

  public init() throws(SystemError) {
    event = try Descriptor(siaga_eventfd_open(), for: "open an eventfd")
  }

  /// For good: what is run until it later is stopped at once.
  public func raise() {
    siaga_eventfd_signal(event.number)
  }

  var number: Int32 { event.number }
}
