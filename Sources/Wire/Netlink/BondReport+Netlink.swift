import Model

extension BondReport {
  /// What of a bond is no setting.
  enum Attribute {
    static let active: UInt16 = 2  // IFLA_BOND_ACTIVE_SLAVE
    static let primary: UInt16 = 11  // IFLA_BOND_PRIMARY
  }

  /// The data of a link of kind `bond`. What this version does not know is left out.
  init(parsing data: consuming Reader) throws(DecodeError) {
    self.init()
    var data = data
    while let attribute = try data.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.active: active = try value.index()
      case Attribute.primary: primary = try value.index()
      default:
        guard let option = BondOption(rawValue: attribute.type) else { continue }
        options[option] = try BondOptions.Value(parsing: value, as: option.form)
      }
    }
  }
}

extension BondOptions.Value {
  fileprivate init(
    parsing value: consuming Reader, as form: BondOption.Form
  ) throws(DecodeError) {
    var value = value
    switch form {
    case .byte: self = .number(UInt32(try value.byte()))
    case .short: self = .number(UInt32(try value.native16()))
    case .word: self = .number(try value.native32())
    case .hardware: self = .hardware(try value.hardwareAddress())
    case .addresses:
      var addresses: [IPAddress] = []
      while let entry = try value.nextAttribute() {
        var entry = entry.value
        if let address = IPAddress(bytes: entry.rest()) { addresses.append(address) }
      }
      self = .addresses(addresses)
    }
  }

  func write(to writer: inout Writer, as form: BondOption.Form) {
    switch (self, form) {
    case (.number(let number), .byte): writer.byte(UInt8(truncatingIfNeeded: number))
    case (.number(let number), .short): writer.native16(UInt16(truncatingIfNeeded: number))
    case (.number(let number), _): writer.native32(number)
    case (.hardware(let address), _): writer.append(address.bytes)
    case (.addresses(let addresses), _):
      for (place, address) in addresses.enumerated() {
        writer.attribute(UInt16(place)) { $0.append(address.bytes) }
      }
    }
  }
}

extension BondPort {
  private enum Attribute {
    static let state: UInt16 = 1  // IFLA_BOND_SLAVE_STATE: 0 is active
    static let condition: UInt16 = 2  // IFLA_BOND_SLAVE_MII_STATUS
    static let permanentAddress: UInt16 = 4  // IFLA_BOND_SLAVE_PERM_HWADDR
  }

  /// The data of a link that is in a bond.
  init(parsing data: consuming Reader) throws(DecodeError) {
    self.init(isActive: false, condition: nil)
    var data = data
    while let attribute = try data.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.state: isActive = try value.byte() == 0
      case Attribute.condition: condition = Condition(rawValue: try value.byte())
      case Attribute.permanentAddress: permanentAddress = HardwareAddress(bytes: value.rest())
      default: break
      }
    }
  }
}

extension Reader {
  /// Of an interface; nil: none.
  @_lifetime(self: copy self)
  fileprivate mutating func index() throws(DecodeError) -> InterfaceIndex? {
    let number = Int32(bitPattern: try native32())
    return number == 0 ? nil : InterfaceIndex(number)
  }
}
