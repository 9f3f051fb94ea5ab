import Model

/// RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE (linux/fib_rules.h).
public enum RuleMessage {
  public static let new: UInt16 = 32
  public static let deleted: UInt16 = 33
  public static let get: UInt16 = 34

  private enum Attribute {
    static let destination: UInt16 = 1  // FRA_DST
    static let source: UInt16 = 2
    static let incoming: UInt16 = 3  // FRA_IIFNAME
    static let priority: UInt16 = 6
    static let mark: UInt16 = 10
    static let suppressPrefixLength: UInt16 = 14
    static let table: UInt16 = 15
    static let markMask: UInt16 = 16
    static let outgoing: UInt16 = 17  // FRA_OIFNAME
    static let origin: UInt16 = 21  // FRA_PROTOCOL
  }

  private static let lookup: UInt8 = 1  // FR_ACT_TO_TBL
  private static let nothingSuppressed: UInt32 = .max

  /// nil for rules of a shape that Siaga never makes: they are somebody else's.
  public static func parse(_ body: consuming Reader) throws(DecodeError) -> Rule? {
    var body = body
    let familyCode = try body.byte()
    guard familyCode == FamilyCode.ipv4 || familyCode == FamilyCode.ipv6 else { return nil }
    let family: Family = familyCode == FamilyCode.ipv4 ? .ipv4 : .ipv6
    let destinationLength = try body.byte()
    let sourceLength = Int(try body.byte())
    try body.skip(1)
    var table = UInt32(try body.byte())
    try body.skip(2)
    let action = try body.byte()
    try body.skip(4)
    var facts = Facts()
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.table: table = try value.native32()
      default: try facts.take(attribute.type, &value)
      }
    }
    guard action == lookup, destinationLength == 0, sourceLength <= family.bits,
      !facts.hasIncoming, let selector = facts.selector(sourceLength: sourceLength)
    else { return nil }
    return Rule(
      priority: facts.priority, family: family, selector: selector, table: table,
      suppressPrefixLength: facts.suppress == nothingSuppressed ? nil : Int(facts.suppress),
      origin: facts.origin)
  }

  private struct Facts {
    var priority: UInt32 = 0
    var source: IPAddress?
    var outgoing: InterfaceName?
    var mark: UInt32?
    var mask: UInt32 = .max
    var suppress = nothingSuppressed
    var origin: UInt8 = 0
    var hasIncoming = false

    @_lifetime(value: copy value)
    mutating func take(_ type: UInt16, _ value: inout Reader) throws(DecodeError) {
      switch type {
      case Attribute.priority: priority = try value.native32()
      case Attribute.source: source = IPAddress(bytes: value.rest())
      case Attribute.outgoing: outgoing = InterfaceName(value.text())
      case Attribute.mark: mark = try value.native32()
      case Attribute.markMask: mask = try value.native32()
      case Attribute.suppressPrefixLength: suppress = try value.native32()
      case Attribute.origin: origin = try value.byte()
      case Attribute.incoming, Attribute.destination: hasIncoming = true
      default: break
      }
    }

    /// One selector or none; several at once are not ours.
    func selector(sourceLength: Int) -> Rule.Selector? {
      switch (source, outgoing, mark) {
      case (nil, nil, nil): .all
      case (let source?, nil, nil):
        sourceLength <= source.family.bits ? .from(Prefix(source, length: sourceLength)) : nil
      case (nil, let outgoing?, nil): .outgoing(outgoing)
      case (nil, nil, let mark?): .mark(mark, mask: mask)
      default: nil
      }
    }
  }

  public static func dump(family: Family, sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: get, flags: NetlinkFlag.dump, sequence: sequence)
    request.header { header(&$0, family: family, sourceLength: 0, action: 0) }
    return request
  }

  public static func add(_ rule: Rule, sequence: UInt32) -> NetlinkRequest {
    let flags = NetlinkFlag.acknowledge | NetlinkFlag.create | NetlinkFlag.exclusive
    return change(rule, type: new, flags: flags, sequence: sequence)
  }

  /// Names the protocol as well, so that only ours fits.
  public static func remove(_ rule: Rule, sequence: UInt32) -> NetlinkRequest {
    change(rule, type: deleted, flags: NetlinkFlag.acknowledge, sequence: sequence)
  }

  private static func change(
    _ rule: Rule, type: UInt16, flags: UInt16, sequence: UInt32
  ) -> NetlinkRequest {
    var request = NetlinkRequest(type: type, flags: flags, sequence: sequence)
    var sourceLength = 0
    if case .from(let prefix) = rule.selector { sourceLength = prefix.length }
    request.header {
      header(&$0, family: rule.family, sourceLength: UInt8(sourceLength), action: lookup)
    }
    request.attribute(Attribute.priority, rule.priority)
    request.attribute(Attribute.table, rule.table)
    request.attribute(Attribute.origin, bytes: [rule.origin])
    switch rule.selector {
    case .all:
      break
    case .from(let prefix):
      request.attribute(Attribute.source, bytes: prefix.address.bytes)
    case .outgoing(let name):
      request.attribute(Attribute.outgoing, text: name.text)
    case .mark(let mark, let mask):
      request.attribute(Attribute.mark, mark)
      request.attribute(Attribute.markMask, mask)
    }
    if let length = rule.suppressPrefixLength {
      request.attribute(Attribute.suppressPrefixLength, UInt32(length))
    }
    return request
  }

  private static func header(
    _ writer: inout Writer, family: Family, sourceLength: UInt8, action: UInt8
  ) {
    writer.byte(FamilyCode.of(family))
    writer.byte(0)
    writer.byte(sourceLength)
    writer.byte(0)
    writer.byte(0)  // the table is an attribute
    writer.byte(0)
    writer.byte(0)
    writer.byte(action)
    writer.native32(0)
  }
}
