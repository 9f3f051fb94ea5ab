import Model

extension Reader {
  /// Six bytes.
  @_lifetime(self: copy self)
  mutating func hardwareAddress() throws(DecodeError) -> HardwareAddress {
    var bytes = try slice(6)
    guard let address = HardwareAddress(bytes: bytes.rest()) else { throw .truncated }
    return address
  }
}
