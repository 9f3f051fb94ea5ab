import Config
import Model
import Testing

@testable import Importers

/// Whatever the bytes are, something is said of them, and what comes out is valid.
struct RouterOSBadInputTests {
  private func isSound(_ bytes: [UInt8]) throws -> Bool {
    let file = SourceFile(name: "x.rsc", bytes: bytes)
    let importer = RouterOS([file])
    let imported = Imported(importer.intent, importer.report)
    guard imported.text != nil else { return true }
    do throws(ConfigProblems) {
      return try Configuration.read(imported.configuration.terseTree) == imported.configuration
    } catch {
      Issue.record("\(error.lines(in: "siaga.yaml"))\n\(imported.text ?? "")")
      return false
    }
  }

  @Test(arguments: [
    "{", "}", "[", "(", "\"", "\\", ";", "/", "=", "$", "#", "\n", "\0", "a=", "a={", "\"\\\"\n",
    "[ \"x\n", "/ip route add gateway={\n", "/ip route { ", "add x=[ find \n", "\u{fffd} ",
    "/ip route\nadd a=\"\\\n", "..\n", "/ip route set [find] comment=x\n",
  ])
  func `a megabyte of anything ends soon`(piece: String) throws {
    let count = 1_000_000 / piece.utf8.count / (piece.contains("set") ? 10 : 1)
    let bytes = Array(String(repeating: piece, count: count).utf8)
    #expect(
      ContinuousClock().measure { _ = RouterOS([SourceFile(name: "x", bytes: bytes)]) }
        < .seconds(60))
  }

  @Test(arguments: 1...400)
  func `a file that lost or gained bytes never ends the program`(seed: Int) throws {
    var random = Seeded(seed)
    let names = RouterOSCase.all.map(\.name)
    var bytes = RouterOSCase.file(names[seed % names.count]).bytes
    let other = RouterOSCase.file(names[random.number(below: names.count)]).bytes
    for _ in 0...random.number(below: 8) { bytes.mutate(with: other, &random) }
    #expect(try isSound(bytes))
  }

  @Test(arguments: 1...20)
  func `noise is no configuration`(seed: Int) throws {
    var random = Seeded(seed)
    let bytes = (0..<20_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    #expect(try isSound(bytes))
  }

  @Test
  func `a file that was cut anywhere is read as far as it goes`() throws {
    let bytes = RouterOSCase.file("three-wans-v7").bytes
    for end in stride(from: 0, to: bytes.count, by: 17) {
      #expect(try isSound(Array(bytes.prefix(end))))
    }
  }
}

extension [UInt8] {
  /// One change such as a slip of the hand, or of a cable, makes.
  fileprivate mutating func mutate(with other: [UInt8], _ random: inout Seeded) {
    guard count > 40 else { return }
    let place = random.number(below: count - 20)
    let length = 1 + random.number(below: 20)
    let pieces = [
      "\"", "\\", "\n", "\r", "{", "}", "[", "]", ";", "#", "\0", "0", "9", "255", "/0", "/33",
      " disabled=yes", " distance=2", " gateway=10.10.1.1", " gateway=8.8.8.8", " ether1 ", "!",
      " check-gateway=arp", " src-address=10.0.0.0/8", " type=blackhole", " interface=a*b\\\"c",
      " dst-address=::/0", " address=127.0.0.1/8", "\nadd\n", " routing-table=main",
    ]
    switch random.number(below: 7) {
    case 0: removeSubrange(place..<(place + length))
    case 1: insert(contentsOf: self[place..<(place + length)], at: place)
    case 2: self[place] = UInt8(truncatingIfNeeded: random.next())
    case 3: removeLast(random.number(below: count))
    case 4:
      let start = random.number(below: other.count)
      insert(contentsOf: other[start..<Swift.min(start + 400, other.count)], at: place)
    case 5:
      // One line twice, or a digit another one.
      if let digit = self[place...].firstIndex(where: { (48...57).contains($0) }) {
        self[digit] = 48 + UInt8(random.number(below: 10))
      }
    default: insert(contentsOf: Array(pieces[random.number(below: pieces.count)].utf8), at: place)
    }
  }
}
