import Glibc

enum Environment {
  static func value(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  static var hasBonding: Bool { access("/sys/module/bonding", F_OK) == 0 }

  /// Namespaces need it.
  static var isRoot: Bool { geteuid() == 0 }

  /// Long versions of the tests of faults, too (docs/reliability.md).
  static let isSoak = value("SIAGA_SOAK") != nil
}
