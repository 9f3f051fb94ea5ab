import Config
import Foundation
import Testing

@testable import Importers

/// Files that nobody meant: never a crash, and what comes out is valid.
struct NetworkdBadInputTests {
  private static func check(_ files: [SourceFile]) throws {
    let imported: Imported
    do throws(ImportFailure) {
      imported = try ImportFormat.networkd.imported(files)
    } catch {
      return  // It looks like another program's now.
    }
    guard imported.text != nil else { return }
    #expect(
      try Configuration.read(imported.configuration.terseTree) == imported.configuration,
      "\(imported.text ?? "")")
  }

  private static let words = [
    "[Match]\n", "[Network]\n", "[Route]\n", "Gateway=", "Table=7\n", "Metric=1\n", "Name=*\n", "=",
    "[", "]", "\\\n", "\n", "\r", "\u{0}", "é", "#", "0.0.0.0/0", "fe80::1", "255.255.255.255",
    "Bond=bond0\n", "eth0", "wan1", "eth1 ", "/33", "!", "0x100", "_dhcp4", "99999999999999999999",
  ]

  @Test(arguments: 1...2_000)
  func `whatever a file says, what comes out is valid`(seed: Int) throws {
    var random = Seeded(seed)
    let name = try #require(NetworkdTests.names.randomElement(using: &random))
    var files = try NetworkdTests.sources(of: name)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let index = Int.random(in: files.indices, using: &random)
      var bytes = files[index].bytes
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...20, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 3: bytes = Array(bytes[..<place])
      default:
        let word = Self.words.randomElement(using: &random) ?? ""
        bytes.insert(contentsOf: Array(word.utf8), at: place)
      }
      files[index] = SourceFile(name: files[index].name, bytes: bytes)
    }
    try Self.check(files)
  }

  @Test
  func `a megabyte of anything is read`() throws {
    var random = Seeded(7)
    var garbage: [UInt8] = []
    for _ in 0..<1 << 17 { withUnsafeBytes(of: random.next()) { garbage += $0 } }
    try Self.check([SourceFile(name: "a.network", bytes: garbage)])
    let start = "[Match]\nName=eth0\n[Network]\n"
    for line in [
      "Address=10.1.2.3/8\n", "Gateway=10.0.0.1\n", "[Route]\nGateway=10.0.0.1\nTable=5\n",
      "[RoutingPolicyRule]\nTable=5\nFrom=10.9.9.9\n", "DNS=9.9.9.9\n", "[Match]\n", "x\\\n",
    ] {
      let text = start + String(repeating: line, count: (1 << 18) / line.utf8.count)
      try Self.check([SourceFile(name: "a.network", bytes: Array(text.utf8))])
    }
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `lines may end as they like`(ending: String) throws {
    let files = try NetworkdTests.sources(of: "seed-standard").map { file in
      SourceFile(
        name: file.name,
        bytes: Array(String(decoding: file.bytes, as: UTF8.self).replacing("\n", with: ending).utf8)
      )
    }
    #expect(try ImportFormat.networkd.imported(files).configuration.uplinks.count == 2)
  }

  @Test
  func `a file that is cut anywhere breaks nothing`() throws {
    let files = try NetworkdTests.sources(of: "policy-rules")
    for length in files[1].bytes.indices {
      let cut = SourceFile(name: files[1].name, bytes: Array(files[1].bytes[..<length]))
      try Self.check([files[0], cut])
    }
  }
}
