/// The address of a network card on its own link: six bytes, as Ethernet and Wi-Fi have them.
public struct HardwareAddress: Hashable, Comparable, Sendable {
  private let value: UInt64  // the six bytes in the order of the wire, as one number

  /// Where an address is asked for and not known yet.
  public static let zero = HardwareAddress(value: 0)

  private init(value: UInt64) {
    self.value = value
  }

  /// - Parameter bytes: six; any other count is nil.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 6 else { return nil }
    value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  public var bytes: [UInt8] {
    (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * $0)) }
  }

  public static func < (left: HardwareAddress, right: HardwareAddress) -> Bool {
    left.value < right.value
  }
}

extension HardwareAddress: CustomStringConvertible, LosslessStringConvertible {
  /// As `ip link` prints it: `52:54:00:12:34:56`.
  public var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }

  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) }) else {
      return nil
    }
    self.init(bytes: parts.compactMap { UInt8($0, radix: 16) })
  }
}
