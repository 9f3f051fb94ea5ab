/// What came of a probe.
public enum ProbeResult: Hashable, Sendable {
  case ok
  case refused(String)  // answered, and badly: why
  case unsent(String)  // it never left, so it says nothing: why
  case skipped(String)  // the same, for those before it are not over; what they said is news still
}

extension ProbeResult {
  /// What a program says that has ended.
  /// - Parameter output: what it printed, or the beginning of it.
  public init(exitStatus status: Int32, output: String) {
    let line = output.firstLine
    self =
      status == 0
      ? .ok : .refused("exit status \(status)" + (line.isEmpty ? "" : ", \(line)"))
  }

  /// What a file says that is there and can be read: no, if its first line does.
  public init(fileText: String) {
    let line = fileText.firstLine
    self = Self.noes.contains(line.lowercased()) ? .refused("it says \(line)") : .ok
  }

  /// What a file's first line may say to mean that its link is down.
  public static let noes = ["down", "0", "false", "no"]
}

extension String {
  /// Without white space around it, and fit for a terminal.
  fileprivate var firstLine: String {
    let longest = 120
    let line = split(whereSeparator: \.isNewline).first ?? ""
    var text = String.UnicodeScalarView()
    for scalar in line.unicodeScalars.prefix(longest) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        text.append(" ")
      default:
        text.append(scalar)
      }
    }
    return String(text).split(separator: " ").joined(separator: " ")
  }
}
