import Model

/// nl80211 by generic netlink (linux/genetlink.h, linux/nl80211.h): how loud a station of a Wi-Fi network
/// hears its access point.
public enum WirelessMessage {
  private static let controller: UInt16 = 0x10  // GENL_ID_CTRL
  private static let headerSize = 4  // struct genlmsghdr

  private enum Command {
    static let getFamily: UInt8 = 3  // CTRL_CMD_GETFAMILY
    static let getStation: UInt8 = 17  // NL80211_CMD_GET_STATION
  }

  private enum Attribute {
    static let familyNumber: UInt16 = 1  // CTRL_ATTR_FAMILY_ID
    static let familyName: UInt16 = 2
    static let interface: UInt16 = 3  // NL80211_ATTR_IFINDEX
    static let station: UInt16 = 21  // NL80211_ATTR_STA_INFO
    static let signal: UInt16 = 7  // NL80211_STA_INFO_SIGNAL
  }

  /// Under which number the kernel has nl80211 until it is started again.
  public static func familyQuestion(sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: controller, flags: 0, sequence: sequence)
    request.header { $0.command(Command.getFamily, version: 1) }
    request.attribute(Attribute.familyName, text: "nl80211")
    return request
  }

  public static func family(_ body: consuming Reader) throws(DecodeError) -> UInt16? {
    var body = body
    try body.skip(headerSize)
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      if attribute.type == Attribute.familyNumber { return try value.native16() }
    }
    return nil
  }

  /// Whom an interface is connected with: of a station that is its access point.
  public static func stations(
    on index: InterfaceIndex, family: UInt16, sequence: UInt32
  ) -> NetlinkRequest {
    var request = NetlinkRequest(type: family, flags: NetlinkFlag.dump, sequence: sequence)
    request.header { $0.command(Command.getStation, version: 0) }
    request.attribute(Attribute.interface, UInt32(bitPattern: index.value))
    return request
  }

  /// In dBm; nil: its driver does not tell.
  public static func signal(_ body: consuming Reader) throws(DecodeError) -> Int? {
    var body = body
    try body.skip(headerSize)
    while let attribute = try body.nextAttribute() {
      guard attribute.type == Attribute.station else { continue }
      var station = attribute.value
      while let part = try station.nextAttribute() {
        var value = part.value
        if part.type == Attribute.signal { return Int(Int8(bitPattern: try value.byte())) }
      }
    }
    return nil
  }
}

extension Writer {
  fileprivate mutating func command(_ number: UInt8, version: UInt8) {
    byte(number)
    byte(version)
    native16(0)
  }
}
