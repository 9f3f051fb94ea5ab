import CLinux
import Glibc
import Model
import Synchronization

/// Programs and files that say how a link is. Either may take its time, or hang: each has a
/// thread of its own meanwhile, and there are only so many.
public final class ProbeTasks: Sendable {
  /// More at once are not begun.
  public static let most = 16
  /// One that hangs is still being killed when the next of its run begins; no third.
  private static let mostOfOneRun = 2

  /// Of what a program says, and of a file, the beginning is enough.
  private static let mostKept = 4_096

  private let running = Mutex<[ProbeID]>([])
  private let tell: @Sendable (ProbeID, ProbeResult) -> Void

  /// - Parameter tell: called on the task's thread.
  public init(tell: @escaping @Sendable (ProbeID, ProbeResult) -> Void) {
    self.tell = tell
  }

  /// - Returns: what came of it at once, for it could not be begun; or nil.
  public func run(
    _ arguments: [String], environment: [String], within limit: Duration, for probe: ProbeID
  ) -> ProbeResult? {
    begin(probe) { Self.run(arguments, environment: environment, within: limit) }
  }

  /// The same.
  public func read(_ path: String, for probe: ProbeID) -> ProbeResult? {
    begin(probe) { Self.read(path) }
  }

  /// The same.
  public func hear(
    _ index: InterfaceIndex, atLeast least: Int, for probe: ProbeID
  ) -> ProbeResult? {
    begin(probe) { SignalReader.result(of: index, atLeast: least) }
  }

  private func begin(
    _ probe: ProbeID, _ task: @escaping @Sendable () -> ProbeResult
  ) -> ProbeResult? {
    let refusal = running.withLock { running -> ProbeResult? in
      let ofThis = running.count { $0.isOfSameRun(as: probe) }
      if ofThis >= Self.mostOfOneRun { return .skipped("the last two times are not over yet") }
      if running.count >= Self.most {
        return .unsent("\(Self.most) programs and files are under way")
      }
      running.append(probe)
      return nil
    }
    if let refusal { return refusal }
    let isStarted = BlockingThread.start { [self] in
      let result = task()
      ended(probe)
      tell(probe, result)
    }
    if isStarted { return nil }
    ended(probe)
    return .unsent("there is no thread for it")
  }

  private func ended(_ probe: ProbeID) {
    running.withLock { $0.removeAll { $0 == probe } }
  }

  private static func run(
    _ arguments: [String], environment: [String], within limit: Duration
  ) -> ProbeResult {
    var program = ChildProgram(arguments)
    program.timeLimit = limit
    program.outputLimit = mostKept
    program.inheritsEnvironment = false
    program.environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    for entry in environment {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { program.environment[String(parts[0])] = String(parts[1]) }
    }
    do throws(SystemError) {
      let outcome = try program.run()
      return switch outcome.ending {
      case .exited(let status): ProbeResult(exitStatus: status, output: outcome.output)
      case .signalled(let number): ProbeResult(exitStatus: 128 + number, output: outcome.output)
      case .timedOut: .refused("it took longer than \(limit.text) and was killed")
      case .flooded, .stopped: .refused("it \(outcome.ending)")
      }
    } catch {
      return .unsent("\(error)")
    }
  }

  private static func read(_ path: String) -> ProbeResult {
    let opened = siaga_open_file(path)
    switch opened {
    case 0...: break
    case -ENOENT: return .refused("there is no such file")
    case -EINVAL: return .refused("it is not a plain file")
    // Ours is the fault, not the link's.
    case -EMFILE, -ENFILE, -ENOMEM:
      return .unsent("\(SystemError(code: -opened, what: "open \(path)"))")
    default: return .refused("it cannot be read (\(ErrorName.of(-opened)))")
    }
    let descriptor = Descriptor(opened)
    var bytes = [UInt8](repeating: 0, count: mostKept)
    let count = Glibc.read(descriptor.number, &bytes, bytes.count)
    guard count >= 0 else { return .refused("it cannot be read (\(ErrorName.of(errno)))") }
    return ProbeResult(fileText: String(decoding: bytes.prefix(count), as: UTF8.self))
  }
}
