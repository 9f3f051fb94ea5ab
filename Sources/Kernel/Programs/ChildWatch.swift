import Glibc
import Model

/// A program that runs, as a value: what is kept of what it says, and when which signal is due.
///
///     running ──late, stopped, flood: SIGTERM──► ending ──late: SIGKILL──► ending
struct ChildWatch {
  private let program: ChildProgram
  private var kept: [UInt8] = []
  private var said = 0
  private var reason: ChildProgram.Ending?  // of the end that was asked for
  private(set) var deadline: Instant?

  init(_ program: ChildProgram, at now: Instant) {
    self.program = program
    deadline = program.timeLimit.map { now + $0 }
  }

  var isEnding: Bool { reason != nil }

  /// - Returns: the signal to send.
  mutating func heard(_ bytes: some Collection<UInt8>, at now: Instant) -> Int32? {
    kept += bytes.prefix(program.outputLimit - kept.count)
    said += bytes.count
    return said > ChildProgram.flood ? end(.flooded, at: now) : nil
  }

  mutating func late(at now: Instant) -> Int32? {
    guard isEnding else { return end(.timedOut(program.timeLimit ?? .zero), at: now) }
    deadline = nil
    return SIGKILL
  }

  mutating func stopped(at now: Instant) -> Int32? {
    end(.stopped, at: now)
  }

  func outcome(_ ending: ChildProgram.Ending) -> ChildProgram.Outcome {
    ChildProgram.Outcome(
      ending: reason ?? ending, output: String(decoding: kept, as: UTF8.self))
  }

  /// Asked once; who goes on is made to.
  private mutating func end(_ reason: ChildProgram.Ending, at now: Instant) -> Int32? {
    guard !isEnding else { return nil }
    self.reason = reason
    deadline = now + ChildProgram.patience
    return SIGTERM
  }
}
