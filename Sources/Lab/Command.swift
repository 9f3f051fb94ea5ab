import CLinux
import Glibc

/// A program that is run to its end, and what it printed.
public struct Command: Sendable {
  public struct Outcome: Sendable {
    public var exit: Exit
    public var output: String
    public var errors: String
  }

  /// What no command here comes near; the rest of a flood is read and dropped.
  static let outputLimit = 16 << 20

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
    let name = arguments.joined(separator: " ")
    let source = Descriptor(try inputFile())
    let (output, outputEnd) = try Descriptor.pipe()
    let (errors, errorsEnd) = try Descriptor.pipe()
    let program = try Program(
      arguments, input: source.number, output: outputEnd.number, errors: errorsEnd.number)
    // Ours would keep the pipes open after the program ended.
    _ = consume outputEnd
    _ = consume errorsEnd

    let end = Moment.now + timeout
    var printed: (output: [UInt8], errors: [UInt8]) = ([], [])
    var open = [pollfd(output.number), pollfd(errors.number)]
    while open.contains(where: { $0.fd >= 0 }) {
      let left = end - Moment.now
      guard left > .zero else {
        program.signal(SIGKILL)
        throw LabError.timedOut("`\(name)`", after: timeout)
      }
      guard poll(&open, 2, left.pollMilliseconds) > 0 else { continue }
      if open[0].revents != 0, !Self.drain(output, into: &printed.output) { open[0].fd = -1 }
      if open[1].revents != 0, !Self.drain(errors, into: &printed.errors) { open[1].fd = -1 }
    }
    return Outcome(
      exit: program.exit.wait(), output: String(decoding: printed.output, as: UTF8.self),
      errors: String(decoding: printed.errors, as: UTF8.self))
  }

  /// The input as an unnamed file, so that no size of it can block us.
  private func inputFile() throws(LabError) -> Int32 {
    guard !input.isEmpty else {
      return try checked(siaga_lab_open("/dev/null", O_RDONLY, 0), "open /dev/null")
    }
    let file = try checked(siaga_lab_open_memory(arguments[0]), "make a file in memory")
    var bytes = Array(input.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw .system("write to a file in memory", errno: errno) }
      bytes = bytes.dropFirst(count)
    }
    lseek(file, 0, SEEK_SET)
    return file
  }

  /// Whether there may be more.
  private static func drain(_ pipe: borrowing Descriptor, into bytes: inout [UInt8]) -> Bool {
    let chunk = pipe.read()
    bytes += chunk.prefix(max(0, outputLimit - bytes.count))
    return !chunk.isEmpty
  }
}

extension pollfd {
  fileprivate init(_ descriptor: Int32) {
    self.init(fd: descriptor, events: Int16(POLLIN), revents: 0)
  }
}
