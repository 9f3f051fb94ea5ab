import Testing

@testable import Config

@Suite struct NearestTests {
  static let keys = ["interface", "address", "gateway", "nat"]

  @Test(arguments: [
    ("gatway", "gateway"), ("gatewya", "gateway"), ("Gateway", "gateway"), ("adress", "address"),
    ("addresses", "address"), ("nta", "nat"), ("iface", nil), ("gw", nil), ("", nil),
    ("completely-else", nil),
  ])
  func `the nearest key is near`(text: String, expected: String?) {
    #expect(nearest(to: text, among: Self.keys) == expected)
  }

  @Test func `the first of equals wins, and the exact one always`() {
    #expect(nearest(to: "isp3", among: ["isp1", "isp2"]) == "isp1")
    #expect(nearest(to: "isp2", among: ["isp1", "isp2"]) == "isp2")
  }

  @Test func `a name as long as a file is not compared`() {
    #expect(nearest(to: String(repeating: "a", count: 100_000), among: Self.keys) == nil)
  }
}
