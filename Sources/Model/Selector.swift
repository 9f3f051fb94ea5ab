/// Which packets a policy rule is for: all that is named must fit (`ip rule`, fib_rules.h).
public struct Selector: Hashable, Sendable {
  public struct Mark: Hashable, Sendable {
    public var value: UInt32
    public var mask: UInt32

    public init(_ value: UInt32, mask: UInt32 = .max) {
      self.value = value
      self.mask = mask
    }
  }

  public var incoming: InterfaceName?  // `lo`: what this machine sends
  public var outgoing: InterfaceName?  // `oif`: sockets bound to the device
  public var from: Prefix?
  public var to: Prefix?
  public var mark: Mark?
  public var transport: UInt8?  // IANA protocol number
  public var fromPorts: ClosedRange<UInt16>?
  public var toPorts: ClosedRange<UInt16>?

  public init() {}

  public static let all = Selector()

  public static func from(_ prefix: Prefix) -> Selector {
    var selector = Selector()
    selector.from = prefix
    return selector
  }

  public static func to(_ prefix: Prefix) -> Selector {
    var selector = Selector()
    selector.to = prefix
    return selector
  }

  public static func outgoing(_ name: InterfaceName) -> Selector {
    var selector = Selector()
    selector.outgoing = name
    return selector
  }

  public static func mark(_ value: UInt32, mask: UInt32) -> Selector {
    var selector = Selector()
    selector.mark = Mark(value, mask: mask)
    return selector
  }
}

extension Selector {
  /// As `ip rule` writes it.
  public var text: String {
    var words = ["from \(from.map(short) ?? "all")"]
    to.map { words.append("to \(short($0))") }
    mark.map { words.append("fwmark \($0)") }
    incoming.map { words.append("iif \($0)") }
    outgoing.map { words.append("oif \($0)") }
    transport.map { words.append("ipproto \(Transport.name(of: $0))") }
    fromPorts.map { words.append("sport \(short($0))") }
    toPorts.map { words.append("dport \(short($0))") }
    return words.joined(separator: " ")
  }

  private func short(_ prefix: Prefix) -> String {
    prefix.length == prefix.family.bits ? "\(prefix.address)" : "\(prefix)"
  }

  private func short(_ ports: ClosedRange<UInt16>) -> String {
    ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
  }
}

extension Selector.Mark: CustomStringConvertible {
  /// `0x100/0x3f00`; the whole mark without its mask.
  public var description: String {
    let hex = { (value: UInt32) in "0x" + String(value, radix: 16) }
    return mask == .max ? hex(value) : "\(hex(value))/\(hex(mask))"
  }
}

// MARK: - What two have in common

extension Selector {
  /// Whether some packet fits both.
  public func overlaps(_ other: Selector) -> Bool {
    Self.meet(incoming, other.incoming, ==) && Self.meet(outgoing, other.outgoing, ==)
      && Self.meet(from, other.from) { $0.contains($1) || $1.contains($0) }
      && Self.meet(to, other.to) { $0.contains($1) || $1.contains($0) }
      && Self.meet(mark, other.mark) { ($0.value ^ $1.value) & $0.mask & $1.mask == 0 }
      && Self.meet(transport, other.transport, ==)
      && Self.meet(fromPorts, other.fromPorts) { $0.overlaps($1) }
      && Self.meet(toPorts, other.toPorts) { $0.overlaps($1) }
  }

  /// Whether every packet that fits the other fits this one.
  public func contains(_ other: Selector) -> Bool {
    Self.hold(incoming, other.incoming, ==) && Self.hold(outgoing, other.outgoing, ==)
      && Self.hold(from, other.from) { $0.contains($1) }
      && Self.hold(to, other.to) { $0.contains($1) }
      && Self.hold(mark, other.mark) {
        $0.mask & $1.mask == $0.mask && ($0.value ^ $1.value) & $0.mask == 0
      }
      && Self.hold(transport, other.transport, ==)
      && Self.hold(fromPorts, other.fromPorts) { $0.contains($1) }
      && Self.hold(toPorts, other.toPorts) { $0.contains($1) }
  }

  private static func meet<Value>(
    _ left: Value?, _ right: Value?, _ isMet: (Value, Value) -> Bool
  ) -> Bool {
    guard let left, let right else { return true }
    return isMet(left, right)
  }

  private static func hold<Value>(
    _ wide: Value?, _ narrow: Value?, _ isHeld: (Value, Value) -> Bool
  ) -> Bool {
    guard let wide else { return true }
    return narrow.map { isHeld(wide, $0) } ?? false
  }
}
