import Kernel
import Synchronization

/// The daemon's own configuration file, and the one before it as `.previous`.
final class ConfigFile: Sendable {
  let path: String
  private let exists: Mutex<Bool>
  private let isTried = Mutex(false)

  init(path: String, exists: Bool) {
    self.path = path
    self.exists = Mutex(exists)
  }

  /// Whether the daemon goes by this file; without it, by the machine's default routes.
  var isInForce: Bool { exists.withLock { $0 } }

  /// Whether the machine's default routes are the configuration.
  var followsRoutes: Bool { !isInForce && !isTried.withLock { $0 } }

  /// Another configuration is in force for a while, or no longer.
  func isOnTrial(_ isOnTrial: Bool) {
    isTried.withLock { $0 = isOnTrial }
  }

  /// Its path, if it is in force.
  var inForce: String? { isInForce ? path : nil }

  /// It was read, and taken.
  func wasTaken() {
    exists.withLock { $0 = true }
  }

  /// - Returns: why it could not be stored.
  func store(_ text: String) -> String? {
    let old = FileText.read(path)
    if let old, old != text {
      if let code = FileText.replace(path + ".previous", with: old, mode: 0o644) {
        return
          "the old file could not be kept as \(path).previous (\(ErrorName.of(code))); nothing was changed"
      }
    }
    if let code = FileText.replace(path, with: text, mode: 0o644) {
      return "the file could not be stored as \(path) (\(ErrorName.of(code))); nothing was changed"
    }
    exists.withLock { $0 = true }
    return nil
  }
}
