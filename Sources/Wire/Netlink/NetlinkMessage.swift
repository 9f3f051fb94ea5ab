/// The header of every netlink message (linux/netlink.h, struct nlmsghdr).
public struct NetlinkHeader: Equatable, Sendable {
  public static let size = 16

  public var length: Int
  public var type: UInt16
  public var flags: UInt16
  public var sequence: UInt32
  public var port: UInt32

  @_lifetime(reader: copy reader)
  init(_ reader: inout Reader) throws(DecodeError) {
    length = Int(try reader.native32())
    type = try reader.native16()
    flags = try reader.native16()
    sequence = try reader.native32()
    port = try reader.native32()
  }
}

public enum NetlinkType {
  public static let error: UInt16 = 2
  public static let done: UInt16 = 3
}

public enum NetlinkFlag {
  public static let request: UInt16 = 0x001
  public static let acknowledge: UInt16 = 0x004
  public static let dumpInterrupted: UInt16 = 0x010
  public static let dump: UInt16 = 0x300  // ROOT | MATCH
  public static let replace: UInt16 = 0x100
  public static let exclusive: UInt16 = 0x200
  public static let create: UInt16 = 0x400
  public static let append: UInt16 = 0x800
  public static let capped: UInt16 = 0x100  // NLMSG_ERROR: the request is not repeated whole
  public static let hasAttributes: UInt16 = 0x200  // NLMSG_ERROR: extended ack follows
}

/// What one receive brought: the front of a buffer.
public struct NetlinkDatagram: Sendable {
  private let buffer: [UInt8]
  private let count: Int

  public init(_ buffer: [UInt8], count: Int) {
    precondition(count <= buffer.count)
    self.buffer = buffer
    self.count = count
  }

  /// A copy of its own.
  public var bytes: [UInt8] { Array(buffer[..<count]) }

  public var reader: Reader {
    @_lifetime(borrow self)
    get { Reader(buffer.span.extracting(0..<count)) }
  }
}

/// One netlink message, borrowed from the buffer it was received in.
public struct NetlinkMessage: ~Escapable {
  public let header: NetlinkHeader
  public var body: Reader

  @_lifetime(copy body)
  init(header: NetlinkHeader, body: consuming Reader) {
    self.header = header
    self.body = body
  }
}

extension Reader {
  /// The next message of a datagram, nil at its end.
  @_lifetime(copy self)
  public mutating func nextMessage() throws(DecodeError) -> NetlinkMessage? {
    guard remaining >= NetlinkHeader.size else { return nil }
    let header = try NetlinkHeader(&self)
    guard header.length >= NetlinkHeader.size else { throw .badLength(header.length) }
    let body = try slice(header.length - NetlinkHeader.size)
    skipPadding(header.length.paddingTo4)
    return NetlinkMessage(header: header, body: body)
  }
}

/// One type-length-value attribute (struct nlattr, struct rtattr), borrowed.
public struct NetlinkAttribute: ~Escapable {
  public let type: UInt16  // without the nested and byte-order bits
  public var value: Reader

  @_lifetime(copy value)
  init(type: UInt16, value: consuming Reader) {
    self.type = type
    self.value = value
  }
}

extension Reader {
  /// The next attribute, nil at the end.
  @_lifetime(copy self)
  public mutating func nextAttribute() throws(DecodeError) -> NetlinkAttribute? {
    guard remaining >= 4 else { return nil }
    let length = Int(try native16())
    let type = try native16() & 0x3fff
    guard length >= 4 else { throw .badLength(length) }
    let value = try slice(length - 4)
    skipPadding(length.paddingTo4)
    return NetlinkAttribute(type: type, value: value)
  }
}

extension Int {
  var paddingTo4: Int { (4 - self & 3) & 3 }
}

/// Builds one netlink request.
public struct NetlinkRequest: Sendable {
  private var writer = Writer()

  public init(type: UInt16, flags: UInt16, sequence: UInt32) {
    writer.native32(0)
    writer.native16(type)
    writer.native16(flags | NetlinkFlag.request)
    writer.native32(sequence)
    writer.native32(0)
  }

  public var bytes: [UInt8] {
    var sized = writer
    sized.patch32(UInt32(writer.bytes.count), at: 0)
    return sized.bytes
  }

  /// The family-specific header after the netlink header.
  public mutating func header(_ write: (inout Writer) -> Void) {
    write(&writer)
    writer.pad(to: 4)
  }

  public mutating func attribute(_ type: UInt16, _ write: (inout Writer) -> Void) {
    writer.attribute(type, write)
  }

  public mutating func attribute(_ type: UInt16, _ value: UInt32) {
    attribute(type) { $0.native32(value) }
  }

  public mutating func attribute(_ type: UInt16, bytes: [UInt8]) {
    attribute(type) { $0.append(bytes) }
  }

  public mutating func attribute(_ type: UInt16, text: String) {
    attribute(type) {
      $0.append(text.utf8)
      $0.byte(0)
    }
  }
}

extension Writer {
  /// One type-length-value attribute, which may hold others.
  mutating func attribute(_ type: UInt16, _ write: (inout Writer) -> Void) {
    let start = bytes.count
    native16(0)
    native16(type)
    write(&self)
    patch16(UInt16(bytes.count - start), at: start)
    pad(to: 4)
  }
}
