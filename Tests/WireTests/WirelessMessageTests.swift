import Model
import Testing
import Wire

/// nl80211's words, as far as a signal goes.
struct WirelessMessageTests {
  private func answer(_ write: (inout NetlinkRequest) -> Void) -> NetlinkRequest {
    var message = NetlinkRequest(type: 0x1c, flags: 0, sequence: 1)
    message.header { $0.native32(0x0000_0101) }
    write(&message)
    return message
  }

  @Test
  func `its number is told by the kernel`() throws {
    let told = answer { message in
      message.attribute(2, text: "nl80211")
      message.attribute(1, bytes: [0x1c, 0])
    }
    #expect(try parse(told.bytes, as: WirelessMessage.family) == 0x1c)
    #expect(try parse(answer { _ in }.bytes, as: WirelessMessage.family) == nil)
  }

  @Test
  func `a signal is less than nothing, and may be missing`() throws {
    let station = answer { message in
      message.attribute(3, 7)
      message.attribute(21, bytes: [5, 0, 13, 0, 0xb0, 0, 0, 0, 5, 0, 7, 0, 0xb5, 0, 0, 0])
    }
    #expect(try parse(station.bytes, as: WirelessMessage.signal) == -75)
    let silent = answer { $0.attribute(21, bytes: [5, 0, 13, 0, 0xb0, 0, 0, 0]) }
    #expect(try parse(silent.bytes, as: WirelessMessage.signal) == nil)
  }

  @Test
  func `questions name what they ask about`() {
    let family = WirelessMessage.familyQuestion(sequence: 9).bytes
    #expect(Array(family[16...]) == [3, 1, 0, 0, 12, 0, 2, 0] + Array("nl80211".utf8) + [0])
    let stations = WirelessMessage.stations(on: InterfaceIndex(7), family: 0x1c, sequence: 9).bytes
    #expect(stations[4] == 0x1c)
    #expect(Array(stations[16...]) == [17, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0])
  }

  @Test
  func `the end of a list may be an error`() throws {
    var end = NetlinkRequest(type: NetlinkType.done, flags: 0, sequence: 1)
    end.header { $0.native32(UInt32(bitPattern: -22)) }
    #expect(try parse(end.bytes, as: { NetlinkReply.codeOfDump($0) }) == 22)
    let empty = NetlinkRequest(type: NetlinkType.done, flags: 0, sequence: 1)
    #expect(try parse(empty.bytes, as: { NetlinkReply.codeOfDump($0) }) == 0)
  }
}
