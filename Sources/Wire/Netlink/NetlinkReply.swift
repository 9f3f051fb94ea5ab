/// The kernel's answer to one request: done, or refused with its reason.
public struct NetlinkReply: Equatable, Sendable {
  public var sequence: UInt32
  public var code: Int32  // 0, or an errno as a positive number
  public var message: String?  // extended ack: the kernel's own words

  public var isSuccess: Bool { code == 0 }

  /// NLMSG_ERROR: a code, the header of the request, then attributes when the socket asked
  /// for extended acks (NETLINK_EXT_ACK).
  public init(parsing message: consuming NetlinkMessage) throws(DecodeError) {
    let header = message.header
    var body = message.body
    let negative = Int32(bitPattern: try body.native32())
    code = negative == .min ? .max : -negative
    let request = try NetlinkHeader(&body)
    sequence = request.sequence
    self.message = nil
    guard header.flags & NetlinkFlag.hasAttributes != 0 else { return }
    if header.flags & NetlinkFlag.capped == 0 {
      body.skipPadding(max(0, request.length - NetlinkHeader.size) + request.length.paddingTo4)
    }
    while let attribute = try body.nextAttribute() {
      guard attribute.type == 1 else { continue }  // NLMSGERR_ATTR_MSG
      var value = attribute.value
      self.message = value.text()
    }
  }

  /// The end of a list tells whether there was one: 0, or an errno as a positive number.
  public static func codeOfDump(_ body: consuming Reader) -> Int32 {
    var body = body
    // An end without a code is a good one.
    guard let negative = try? body.native32() else { return 0 }
    return 0 &- Int32(bitPattern: negative)
  }
}
