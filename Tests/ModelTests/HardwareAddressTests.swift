import Model
import Testing

struct HardwareAddressTests {
  @Test(arguments: ["52:54:00:12:34:56", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"])
  func `an address is written as it is read`(text: String) {
    #expect(HardwareAddress(text)?.description == text)
    #expect(HardwareAddress(text.uppercased())?.description == text)
  }

  @Test(arguments: [
    "", "52:54:00:12:34", "52:54:00:12:34:56:78", "52-54-00-12-34-56", "5254.0012.3456",
    "52:54:0:12:34:56", "52:54:00:12:34:5g", "52:54:00:12:34:+6", "52:54:00:12:34:5é", " ",
  ])
  func `what is no address is refused`(text: String) {
    #expect(HardwareAddress(text) == nil)
  }

  @Test
  func `addresses are their bytes, and sort like them`() throws {
    let low = try #require(HardwareAddress(bytes: [0, 1, 2, 3, 4, 0xff]))
    let high = try #require(HardwareAddress(bytes: [0, 1, 2, 3, 5, 0]))
    #expect(low.bytes == [0, 1, 2, 3, 4, 0xff])
    #expect(low < high)
    #expect(HardwareAddress(bytes: [1, 2, 3, 4, 5]) == nil)
  }
}
