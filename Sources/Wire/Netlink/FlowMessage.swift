import Model

/// ctnetlink (linux/netfilter/nfnetlink_conntrack.h): ending tracked flows.
public enum FlowMessage {
  /// NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE
  private static let delete: UInt16 = 1 << 8 | 2

  private enum Attribute {
    static let status: UInt16 = 3  // CTA_STATUS
    static let mark: UInt16 = 8  // CTA_MARK
    static let markMask: UInt16 = 21  // CTA_MARK_MASK
    static let statusMask: UInt16 = 26  // CTA_STATUS_MASK, since Linux 5.18
  }

  private static let answered: UInt32 = 1 << 1  // IPS_SEEN_REPLY
  private static let sourceTranslated: UInt32 = 1 << 4  // IPS_SRC_NAT

  /// A delete that names no flow deletes all that pass the filter, inside the kernel.
  public static func delete(_ filter: FlowFilter, sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: delete, flags: NetlinkFlag.acknowledge, sequence: sequence)
    request.header {
      $0.byte(FamilyCode.of(filter.family))
      $0.byte(1)  // with version 0 the kernel would look at no family
      $0.big16(0)
    }
    // nfnetlink's numbers are in network order.
    request.attribute(Attribute.mark) { $0.big32(filter.mark) }
    request.attribute(Attribute.markMask) { $0.big32(filter.mask) }
    let (status, mask) = bits(filter.scope)
    if mask != 0 {
      request.attribute(Attribute.status) { $0.big32(status) }
      request.attribute(Attribute.statusMask) { $0.big32(mask) }
    }
    return request
  }

  /// What a flow's status must be, of the bits that are looked at.
  private static func bits(_ scope: FlowFilter.Scope) -> (status: UInt32, mask: UInt32) {
    switch scope {
    case .all: (0, 0)
    case .translated: (sourceTranslated, sourceTranslated)
    case .unanswered: (0, answered | sourceTranslated)
    }
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
