/// Settings of a bond, as they are wanted or as they are.
public struct BondOptions: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case number(UInt32)
    case hardware(HardwareAddress)
    case addresses([IPAddress])
  }

  private var values: [BondOption: Value] = [:]

  public init() {}

  public subscript(option: BondOption) -> Value? {
    get { values[option] }
    set { values[option] = newValue }
  }

  /// In the order of their numbers.
  public var all: [(option: BondOption, value: Value)] {
    values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  public var mode: Bond.Mode? {
    guard case .number(let number)? = self[.mode] else { return nil }
    return Bond.Mode.allCases.first { $0.number == number }
  }

  /// Those of these that stand otherwise there, in the order in which they can be set: the mode
  /// decides what else can.
  public func differing(from found: BondOptions) -> [BondOption] {
    all.filter { found[$0.option] != $0.value }.map(\.option)
  }
}

extension BondOptions.Value {
  /// As the kernel's own files write it.
  public func text(of option: BondOption) -> String {
    switch self {
    case .number(let number):
      guard let words = option.words, words.indices.contains(Int(number)) else {
        return "\(number)"
      }
      return words[Int(number)]
    case .hardware(let address): return "\(address)"
    case .addresses(let addresses): return addresses.map(\.description).joined(separator: ",")
    }
  }
}

/// What the kernel says of a bond beside what it says of any link.
public struct BondReport: Hashable, Sendable {
  public var options: BondOptions
  public var active: InterfaceIndex?  // the port that carries, where one does
  public var primary: InterfaceIndex?  // the one that goes before the others

  public init(
    options: BondOptions = BondOptions(), active: InterfaceIndex? = nil,
    primary: InterfaceIndex? = nil
  ) {
    self.options = options
    self.active = active
    self.primary = primary
  }
}

/// What the kernel says of a link that is in a bond.
public struct BondPort: Hashable, Sendable {
  /// Of the bond's watch over it (linux/if_bonding.h, BOND_LINK_*).
  public enum Condition: UInt8, Hashable, Sendable {
    case up = 0
    case failing = 1  // down, and downdelay is not over
    case down = 2
    case returning = 3  // up, and updelay is not over
  }

  public var isActive: Bool  // BOND_STATE_ACTIVE
  public var condition: Condition?  // nil: one that Siaga does not know
  public var permanentAddress: HardwareAddress?  // its own; in a bond it may have the bond's

  public init(
    isActive: Bool, condition: Condition?, permanentAddress: HardwareAddress? = nil
  ) {
    self.isActive = isActive
    self.condition = condition
    self.permanentAddress = permanentAddress
  }
}
