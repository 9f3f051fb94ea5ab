/// What an operator can do about errors of the system that say nothing of what was tried, but
/// that something has run out.
public enum Remedy {
  /// - Parameter error: its name, as `EMFILE`.
  public static func of(_ error: String) -> String? {
    switch error {
    case "EMFILE": "siaga has as many files open as it may: raise LimitNOFILE of its service"
    case "ENFILE": "this machine has as many files open as it can: raise sysctl fs.file-max"
    case "ENOSPC", "EDQUOT": "make room there"
    case "EROFS": "that file system is read-only: remount it, or name another directory"
    case "ENOMEM": "give siaga more memory: see MemoryMax of its service"
    default: nil
    }
  }
}
