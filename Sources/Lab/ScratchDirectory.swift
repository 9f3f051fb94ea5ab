import Glibc

/// A directory for one run, removed with all in it when its owner is gone.
public final class ScratchDirectory: Sendable {
  private static let parent = "/tmp"

  public let path: String

  public init(tag: String) throws {
    try Self.sweepLeftovers()
    let name = OwnedName(tag: tag, role: "XXXXXX").text
    var template = Array("\(Self.parent)/\(name)".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw LabError.system("make a directory in \(Self.parent)", errno: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    do {
      try Self.remove([path])
    } catch {
      // It is in /tmp, and the next run sweeps it.
    }
  }

  public func file(_ name: String) -> String {
    "\(path)/\(name)"
  }

  public func write(_ text: String, to name: String) throws {
    try Descriptor(opening: file(name), O_WRONLY | O_CREAT | O_TRUNC).write(Array(text.utf8))
  }

  public func read(_ name: String) throws -> String {
    try Descriptor(opening: file(name), O_RDONLY).text()
  }

  /// Removes every directory of this process: for the way out in a hurry.
  public static func removeAllOfThisProcess() throws {
    try remove(OwnedName.all(in: parent).filter(\.isOurs).map { "\(parent)/\($0.text)" })
  }

  private static func sweepLeftovers() throws {
    try remove(OwnedName.all(in: parent).filter(\.isLeftover).map { "\(parent)/\($0.text)" })
  }

  private static func remove(_ paths: [String]) throws {
    guard !paths.isEmpty else { return }
    _ = try Command(["rm", "-rf", "--one-file-system", "--"] + paths).outcome()
  }
}
