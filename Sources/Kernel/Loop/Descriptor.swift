import CLinux
import Glibc
import Model

/// A file descriptor with one owner, who closes it by going away.
public struct Descriptor: ~Copyable, Sendable {
  public let number: Int32

  public init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// - Parameter result: a descriptor, or -errno, as CLinux returns it.
  public init(_ result: Int32, for what: String) throws(SystemError) {
    guard result >= 0 else { throw SystemError(code: -result, what: what) }
    number = result
  }
}

/// A system call that failed: what we tried, and why not.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  public let code: Int32
  public let what: String

  public init(code: Int32, what: String) {
    self.code = code
    self.what = what
  }

  public var description: String {
    let name = ErrorName.of(code)
    let remedy = Remedy.of(name).map { "; \($0)" } ?? ""
    return "cannot \(what) (\(name): \(ErrorName.words(code)))\(remedy)"
  }
}

/// `ENETUNREACH` for people who search the web for it, `Network is unreachable` for others.
public enum ErrorName {
  public static func of(_ code: Int32) -> String {
    siaga_error_name(code).map { String(cString: $0) } ?? "error \(code)"
  }

  public static func words(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "unknown error"
  }
}
