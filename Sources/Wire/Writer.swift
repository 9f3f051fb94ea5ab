/// Builds bytes from front to back.
public struct Writer: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init(capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  public mutating func byte(_ value: UInt8) {
    bytes.append(value)
  }

  public mutating func big16(_ value: UInt16) {
    bytes.append(UInt8(value >> 8))
    bytes.append(UInt8(value & 0xff))
  }

  public mutating func big32(_ value: UInt32) {
    big16(UInt16(value >> 16))
    big16(UInt16(value & 0xffff))
  }

  public mutating func big64(_ value: UInt64) {
    big32(UInt32(value >> 32))
    big32(UInt32(truncatingIfNeeded: value))
  }

  /// In the machine's order, as netlink has it.
  public mutating func native16(_ value: UInt16) {
    big16(value.bigEndian)
  }

  public mutating func native32(_ value: UInt32) {
    big32(value.bigEndian)
  }

  public mutating func append(_ more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
  }

  /// Zeros up to the next multiple of `alignment`.
  public mutating func pad(to alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }

  /// Writes over two bytes that stand already, in the machine's order.
  public mutating func patch16(_ value: UInt16, at offset: Int) {
    patchBig16(value.bigEndian, at: offset)
  }

  public mutating func patchBig16(_ value: UInt16, at offset: Int) {
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 0xff)
  }

  public mutating func patch32(_ value: UInt32, at offset: Int) {
    let ordered = value.bigEndian
    patchBig16(UInt16(ordered >> 16), at: offset)
    patchBig16(UInt16(ordered & 0xffff), at: offset + 2)
  }
}
