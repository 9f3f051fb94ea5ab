import ArgumentParser
import Client
import Daemon
import Glibc
import Model

/// The exit codes of spec and `--help`, in one place.
enum Exit {
  static let failed: Int32 = 1
  static let wrongUsage: Int32 = 2
  static let unreachable: Int32 = 3
  static let interrupted: Int32 = 130  // as shells count SIGINT

  /// A failure with its text, for commands that found something wrong.
  struct Failure: Error {
    let text: String
    let code: Int32

    init(_ text: String, code: Int32 = Exit.failed) {
      self.text = text
      self.code = code
    }
  }

  static func with(_ error: any Error) -> Never {
    switch error {
    case let failure as Failure:
      end(failure.text, failure.code)
    case let failure as DaemonFailure:
      end(failure.description, failure.isUsage ? wrongUsage : failed)
    case let error as DaemonError:
      end("\(error)", code(of: error))
    case is CleanExit, is ExitCode:
      Siaga.exit(withError: error)
    default:
      // Help and version come this way too, and succeed.
      let code = Siaga.exitCode(for: error)
      guard code != .success else { Siaga.exit(withError: error) }
      let isUsage = code == .validationFailure
      end(Siaga.fullMessage(for: error), isUsage ? wrongUsage : failed)
    }
  }

  private static func code(of error: DaemonError) -> Int32 {
    switch error {
    case .unreachable, .timedOut: unreachable
    // A configuration that is not valid is wrong usage, an order that is refused is not.
    case .refused(let refusal, _): refusal.problems == nil ? failed : wrongUsage
    case .unexpected, .cancelled: failed
    }
  }

  private static func end(_ text: String, _ code: Int32) -> Never {
    let line = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
    write(STDERR_FILENO, line, line.count)
    exit(code)
  }
}
