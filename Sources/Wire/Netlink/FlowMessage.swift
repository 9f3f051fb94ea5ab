import Model

/// ctnetlink (linux/netfilter/nfnetlink_conntrack.h): finding and ending tracked flows.
public enum FlowMessage {
  // NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_…
  public static let new: UInt16 = 1 << 8
  private static let get: UInt16 = 1 << 8 | 1
  private static let delete: UInt16 = 1 << 8 | 2

  private enum Attribute {
    static let status: UInt16 = 3  // CTA_STATUS
    static let mark: UInt16 = 8  // CTA_MARK
    static let markMask: UInt16 = 21  // CTA_MARK_MASK
    static let statusMask: UInt16 = 26  // CTA_STATUS_MASK, since Linux 5.18
  }

  private static let answered: UInt32 = 1 << 1  // IPS_SEEN_REPLY
  private static let sourceTranslated: UInt32 = 1 << 4  // IPS_SRC_NAT

  /// A delete that names no flow deletes all that pass the filter, inside the kernel, whatever
  /// share it asks for.
  public static func delete(_ filter: FlowFilter, sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: delete, flags: NetlinkFlag.acknowledge, sequence: sequence)
    write(filter, to: &request)
    return request
  }

  /// Lists the flows of a mark and a family, and of a status where the kernel knows how.
  public static func dump(_ filter: FlowFilter, sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: get, flags: NetlinkFlag.dump, sequence: sequence)
    write(filter, to: &request)
    return request
  }

  /// Ends this one flow. Only a refusal is answered, unless an answer is wanted.
  public static func delete(
    _ flow: TrackedFlow, _ family: Family, isAnswered: Bool, sequence: UInt32
  ) -> NetlinkRequest {
    var request = NetlinkRequest(
      type: delete, flags: isAnswered ? NetlinkFlag.acknowledge : 0, sequence: sequence)
    request.header { header(&$0, family) }
    for (type, bytes) in flow.name { request.attribute(type, bytes: bytes) }
    return request
  }

  private static func write(_ filter: FlowFilter, to request: inout NetlinkRequest) {
    request.header { header(&$0, filter.family) }
    // nfnetlink's numbers are in network order.
    request.attribute(Attribute.mark) { $0.big32(filter.mark) }
    request.attribute(Attribute.markMask) { $0.big32(filter.mask) }
    let (status, mask) = bits(filter.scope)
    if mask != 0 {
      request.attribute(Attribute.status) { $0.big32(status) }
      request.attribute(Attribute.statusMask) { $0.big32(mask) }
    }
  }

  private static func header(_ writer: inout Writer, _ family: Family) {
    writer.byte(FamilyCode.of(family))
    writer.byte(1)  // with version 0 the kernel would look at no family
    writer.big16(0)
  }

  /// What a flow's status must be, of the bits that are looked at.
  fileprivate static func bits(_ scope: FlowFilter.Scope) -> (status: UInt32, mask: UInt32) {
    switch scope {
    case .all: (0, 0)
    case .translated: (sourceTranslated, sourceTranslated)
    case .unanswered: (0, answered | sourceTranslated)
    }
  }
}

extension FlowFilter {
  /// Whether a flow of this family is one to end.
  public func includes(_ flow: TrackedFlow) -> Bool {
    let (status, mask) = FlowMessage.bits(scope)
    return flow.mark & self.mask == self.mark && flow.status & mask == status
      && share?.includes(flow.packets) ?? true
  }
}

/// nf_tables notifications: which table changed.
public enum FirewallNotice {
  private static let subsystem: UInt16 = 10  // NFNL_SUBSYS_NFTABLES

  /// The table's name; every nf_tables message about a table, chain or rule has it as its
  /// first attribute. nil for other messages.
  public static func tableName(_ message: consuming NetlinkMessage) throws(DecodeError) -> String? {
    guard message.header.type >> 8 == subsystem else { return nil }
    var body = message.body
    try body.skip(4)  // struct nfgenmsg
    while let attribute = try body.nextAttribute() {
      guard attribute.type == 1 else { continue }
      var value = attribute.value
      return value.text()
    }
    return nil
  }
}
