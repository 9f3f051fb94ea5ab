import Glibc

/// A program that is run to its end, and what it printed.
public struct Command: Sendable {
  public struct Outcome: Sendable {
    public var exit: Exit
    public var output: String
    public var errors: String
  }

  public let arguments: [String]
  public var input: String
  public var timeout: Duration

  public init(_ arguments: [String], input: String = "", timeout: Duration = .seconds(20)) {
    self.arguments = arguments
    self.input = input
    self.timeout = timeout
  }

  /// Runs it; what it printed. Anything but status 0 is an error that carries its words.
  @discardableResult
  public static func run(_ arguments: String..., input: String = "") throws -> String {
    try run(arguments, input: input)
  }

  @discardableResult
  public static func run(_ arguments: [String], input: String = "") throws -> String {
    let outcome = try Command(arguments, input: input).outcome()
    guard outcome.exit.isSuccess else {
      throw LabError.failed(
        command: arguments.joined(separator: " "), exit: outcome.exit,
        output: outcome.errors.isEmpty ? outcome.output : outcome.errors)
    }
    return outcome.output
  }

  /// Whether a program of this name can be found, as the shell would.
  public static func exists(_ name: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// Runs it to its end, whatever that is.
  public func outcome() throws -> Outcome {
    let source = try Descriptor(memoryNamed: "input")
    try source.write(Array(input.utf8))
    source.rewind()
    let output = try Descriptor(memoryNamed: "output")
    let errors = try Descriptor(memoryNamed: "errors")
    let program = try Program(
      arguments, input: source.number, output: output.number, errors: errors.number)
    guard let exit = program.wait(atMost: timeout) else {
      program.end(patience: .zero)
      throw LabError.timedOut("`\(arguments.joined(separator: " "))`", after: timeout)
    }
    return Outcome(exit: exit, output: output.text(), errors: errors.text())
  }
}
