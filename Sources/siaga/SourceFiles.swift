import Glibc
import Importers
import Kernel

/// The files that a path names: itself, or all below a directory, by name.
enum SourceFiles {
  private static let largest = 64 << 20
  private static let most = 10_000

  static func below(_ path: String) throws -> [SourceFile] {
    guard let names = list(path) else {
      guard let bytes = FileText.bytes(path, limit: largest) else {
        throw Exit.Failure(
          "\(path): cannot be read; does it exist, and may you read it?", code: Exit.wrongUsage)
      }
      return [SourceFile(name: path, bytes: bytes)]
    }
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    return try names.prefix(most).flatMap { try below("\(base)/\($0)") }
  }

  /// nil: it is no directory. Links to directories are not followed: they may lead back.
  private static func list(_ path: String) -> [String]? {
    var facts = stat()
    guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR || path.hasSuffix("/"),
      let directory = opendir(path)
    else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
