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
    static let padding: UInt16 = 18
    static let origin: UInt16 = 21  // FRA_PROTOCOL
    static let transport: UInt16 = 22  // FRA_IP_PROTO
    static let fromPorts: UInt16 = 23  // FRA_SPORT_RANGE
    static let toPorts: UInt16 = 24  // FRA_DPORT_RANGE
    static let fromPortMask: UInt16 = 28  // FRA_SPORT_MASK, since Linux 6.15
    static let toPortMask: UInt16 = 29
  }

  private static let lookup: UInt8 = 1  // FR_ACT_TO_TBL
  private static let inverted: UInt32 = 2  // FIB_RULE_INVERT
  private static let nothingSuppressed: UInt32 = .max

  /// nil for rules of a shape that Siaga never makes: they are somebody else's.
  public static func parse(_ body: consuming Reader) throws(DecodeError) -> Rule? {
    var body = body
    let familyCode = try body.byte()
    guard familyCode == FamilyCode.ipv4 || familyCode == FamilyCode.ipv6 else { return nil }
    let family: Family = familyCode == FamilyCode.ipv4 ? .ipv4 : .ipv6
    let destinationLength = Int(try body.byte())
    let sourceLength = Int(try body.byte())
    let typeOfService = try body.byte()
    var facts = Facts(table: UInt32(try body.byte()))
    try body.skip(2)
    let action = try body.byte()
    let flags = try body.native32()
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      try facts.take(attribute.type, &value)
    }
    guard action == lookup, typeOfService == 0, flags & inverted == 0, !facts.isStrange,
      facts.source.fits(sourceLength, family), facts.destination.fits(destinationLength, family)
    else { return nil }
    var selector = facts.selector
    selector.from = facts.source.map { Prefix($0, length: sourceLength) }
    selector.to = facts.destination.map { Prefix($0, length: destinationLength) }
    return Rule(
      priority: facts.priority, family: family, selector: selector, table: facts.table,
      suppressPrefixLength: facts.suppress == nothingSuppressed ? nil : Int(facts.suppress),
      origin: facts.origin)
  }

  private struct Facts {
    var table: UInt32
    var priority: UInt32 = 0
    var source: IPAddress?
    var destination: IPAddress?
    var selector = Selector()
    var suppress = nothingSuppressed
    var origin: UInt8 = 0
    var isStrange = false  // says something that our rules never say

    init(table: UInt32) {
      self.table = table
    }

    @_lifetime(value: copy value)
    mutating func take(_ type: UInt16, _ value: inout Reader) throws(DecodeError) {
      switch type {
      case Attribute.table: table = try value.native32()
      case Attribute.priority: priority = try value.native32()
      case Attribute.source: source = IPAddress(bytes: value.rest())
      case Attribute.destination: destination = IPAddress(bytes: value.rest())
      case Attribute.incoming: selector.incoming = InterfaceName(value.text())
      case Attribute.outgoing: selector.outgoing = InterfaceName(value.text())
      case Attribute.mark: selector.mark = Selector.Mark(try value.native32(), mask: mask)
      case Attribute.markMask: mask = try value.native32()
      case Attribute.transport: selector.transport = try value.byte()
      case Attribute.fromPorts: selector.fromPorts = try Self.ports(&value)
      case Attribute.toPorts: selector.toPorts = try Self.ports(&value)
      case Attribute.suppressPrefixLength: suppress = try value.native32()
      case Attribute.origin: origin = try value.byte()
      // Told of each rule for one port; less than all bits of it is nothing that we ever ask for.
      case Attribute.fromPortMask, Attribute.toPortMask:
        if try value.native16() != .max { isStrange = true }
      case Attribute.padding: break
      default: isStrange = true
      }
    }

    /// The mark's; it may come before or after.
    private var mask: UInt32 = .max {
      didSet { selector.mark?.mask = mask }
    }

    /// struct fib_rule_port_range
    @_lifetime(value: copy value)
    private static func ports(
      _ value: inout Reader
    ) throws(DecodeError) -> ClosedRange<UInt16> {
      let start = try value.native16()
      let end = try value.native16()
      guard start <= end else { throw .badValue(field: "FRA_PORT_RANGE") }
      return start...end
    }
  }

  public static func dump(family: Family, sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: get, flags: NetlinkFlag.dump, sequence: sequence)
    request.header { header(&$0, family: family, lengths: (0, 0), action: 0) }
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
    let selector = rule.selector
    let lengths = (UInt8(selector.to?.length ?? 0), UInt8(selector.from?.length ?? 0))
    request.header { header(&$0, family: rule.family, lengths: lengths, action: lookup) }
    request.attribute(Attribute.priority, rule.priority)
    request.attribute(Attribute.table, rule.table)
    request.attribute(Attribute.origin, bytes: [rule.origin])
    write(selector, to: &request)
    if let length = rule.suppressPrefixLength {
      request.attribute(Attribute.suppressPrefixLength, UInt32(length))
    }
    return request
  }

  private static func write(_ selector: Selector, to request: inout NetlinkRequest) {
    if let to = selector.to { request.attribute(Attribute.destination, bytes: to.address.bytes) }
    if let from = selector.from { request.attribute(Attribute.source, bytes: from.address.bytes) }
    if let name = selector.incoming { request.attribute(Attribute.incoming, text: name.text) }
    if let name = selector.outgoing { request.attribute(Attribute.outgoing, text: name.text) }
    if let mark = selector.mark {
      request.attribute(Attribute.mark, mark.value)
      request.attribute(Attribute.markMask, mark.mask)
    }
    if let transport = selector.transport {
      request.attribute(Attribute.transport, bytes: [transport])
    }
    for (type, ports) in [
      (Attribute.fromPorts, selector.fromPorts), (Attribute.toPorts, selector.toPorts),
    ] {
      guard let ports else { continue }
      request.attribute(type) { writer in
        writer.native16(ports.lowerBound)
        writer.native16(ports.upperBound)
      }
    }
  }

  /// - Parameter lengths: of the prefixes of destination and source.
  private static func header(
    _ writer: inout Writer, family: Family, lengths: (UInt8, UInt8), action: UInt8
  ) {
    writer.byte(FamilyCode.of(family))
    writer.byte(lengths.0)
    writer.byte(lengths.1)
    writer.byte(0)
    writer.byte(0)  // the table is an attribute
    writer.byte(0)
    writer.byte(0)
    writer.byte(action)
    writer.native32(0)
  }
}

extension IPAddress? {
  /// A prefix of this length needs an address to be the prefix of.
  fileprivate func fits(_ length: Int, _ family: Family) -> Bool {
    guard let address = self else { return length == 0 }
    return address.family == family && length <= family.bits
  }
}
