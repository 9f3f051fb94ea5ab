import Glibc

/// A directory's entries.
public enum Directory {
  /// Their names, sorted, without `.` and `..`.
  public static func names(in path: String) throws(LabError) -> [String] {
    guard let listing = opendir(path) else { throw .system("open \(path)", errno: errno) }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = name(of: entry)
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Read in place: an entry ends after its name, and a copy of the whole struct would read on
  /// into what may not be there.
  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
    let start = UnsafeRawPointer(entry) + offset
    return String(cString: start.assumingMemoryBound(to: CChar.self))
  }
}
