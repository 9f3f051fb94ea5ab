import Model

/// IFLA_LINKINFO: what kind of link it is, and what it is to the link above it.
struct LinkInfo {
  enum Attribute {
    static let kind: UInt16 = 1  // IFLA_INFO_KIND
    static let data: UInt16 = 2  // IFLA_INFO_DATA
    static let portKind: UInt16 = 4  // IFLA_INFO_SLAVE_KIND
    static let portData: UInt16 = 5  // IFLA_INFO_SLAVE_DATA
  }

  enum Kind {
    static let macvlan = "macvlan"
    static let bond = "bond"
  }

  static let macvlanMode: UInt16 = 1  // IFLA_MACVLAN_MODE

  private(set) var macvlanMode: UInt32?  // nil: it is no macvlan
  private(set) var bond: BondReport?
  private(set) var port: BondPort?

  init() {}

  init(parsing info: consuming Reader) throws(DecodeError) {
    var info = info
    var kind = ""
    var portKind = ""
    while let attribute = try info.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.kind:
        kind = value.text()
        if kind == Kind.macvlan { macvlanMode = 0 }
        if kind == Kind.bond { bond = BondReport() }
      case Attribute.portKind: portKind = value.text()
      case Attribute.data where kind == Kind.macvlan: macvlanMode = try Self.mode(value)
      case Attribute.data where kind == Kind.bond: bond = try BondReport(parsing: value)
      case Attribute.portData where portKind == Kind.bond: port = try BondPort(parsing: value)
      default: break
      }
    }
  }

  private static func mode(_ data: consuming Reader) throws(DecodeError) -> UInt32 {
    var data = data
    while let detail = try data.nextAttribute() {
      var number = detail.value
      if detail.type == macvlanMode { return try number.native32() }
    }
    return 0
  }
}
