import Config
import Foundation
import FuzzCase
import Testing
import YAML

@testable import Importers

/// Each folder in ImportersTests/Netplan/ is somebody's configuration; what comes of it stands in
/// `expected`, and what is told of it.
struct NetplanTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(
      path: "ImportersTests/Netplan", directoryHint: .isDirectory)

  static let names = [
    "bond-active-backup", "bond-and-modem", "cloud-match", "dhcp-wired-and-wifi", "dual-stack",
    "merged", "mistakes", "network-manager", "old-gateways", "policy-routing",
    "static-two-providers", "vlans-and-bridge",
  ]

  private static func sources(of name: String) throws -> [SourceFile] {
    let base = folder.appending(path: name)
    let names = try FileManager.default.contentsOfDirectory(atPath: base.path).sorted()
    return try names.filter { $0 != "expected" }.map { name in
      SourceFile(name: name, bytes: Array(try Data(contentsOf: base.appending(path: name))))
    }
  }

  private static func imported(_ files: [SourceFile]) throws -> Imported {
    try ImportFormat.netplan.imported(files) { file in
      Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
    }
  }

  /// `SIAGA_WRITE_EXPECTED=1 swift test --filter NetplanTests` writes what is expected anew, to be
  /// read before it is believed.
  @Test(arguments: names)
  func `what netplan's files mean comes out, and what does not is told`(name: String) throws {
    let imported = try Self.imported(try Self.sources(of: name))
    let folder = Self.folder.appending(path: "\(name)/expected", directoryHint: .isDirectory)
    let told = imported.report.lines.joined(separator: "\n") + "\n"
    for (text, file) in [(imported.text ?? "", "siaga.yaml"), (told, "report.txt")] {
      if ProcessInfo.processInfo.environment["SIAGA_WRITE_EXPECTED"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
      }
      #expect(try text == String(contentsOf: folder.appending(path: file), encoding: .utf8))
    }
    if let text = imported.text {
      #expect(try readConfiguration(Array(text.utf8)) == imported.configuration)
    }
  }

  @Test(arguments: names)
  func `every line ends in the report, and no secret does`(name: String) throws {
    let sources = try Self.sources(of: name)
    let imported = try Self.imported(sources)
    #expect(!imported.report.json.contains("SECRET"))
    #expect(imported.text?.contains("SECRET") != true)
    #expect(!imported.report.json.contains("My home network"))
    let known = Set(imported.report.entries.map(\.place))
    // Of a file that cannot be read only its first mistake has a line.
    for source in sources where source.name.hasSuffix(".yaml") && !source.name.hasPrefix("0") {
      for (index, line) in source.lines.enumerated() {
        let text = line.filter { !$0.isWhitespace }
        guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix("network:") else { continue }
        let place = SourcePlace(file: source.name, line: index + 1)
        #expect(known.contains(place), "\(place): \(line)")
      }
    }
  }

  /// Those that fuzzing begins with, and those it found (`Fuzz/corpus`).
  @Test
  func `what fuzzing asks holds of the cases and of what it found`() throws {
    var cases = try Self.names.map { ImportCase(.netplan, try Self.sources(of: $0)) }
    let corpus = Self.folder.appending(path: "../../../Fuzz/corpus/netplan").standardizedFileURL
    for name in try FileManager.default.contentsOfDirectory(atPath: corpus.path).sorted() {
      let bytes = Array(try Data(contentsOf: corpus.appending(path: name)))
      cases.append(ImportCase(.netplan, packed: bytes))
    }
    #expect(cases.count > Self.names.count)
    for one in cases {
      let complaint = one.complaint { file in
        Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
      }
      #expect(complaint == nil, "\(one.files.map(\.name))")
    }
  }

  @Test
  func `a megabyte of interfaces is read`() throws {
    for line in [
      "    a%: {dhcp4: true}\n", "    a%: {gateway4: 10.0.0.1, addresses: [10.0.0.2/8]}\n",
    ] {
      var text = "network:\n  ethernets:\n"
      var number = 0
      while text.utf8.count < 1_000_000 {
        number += 1
        text += line.replacing("%", with: "\(number)")
      }
      let imported = try Self.imported([SourceFile(name: "a.yaml", bytes: Array(text.utf8))])
      let made = try #require(imported.text)
      #expect(try readConfiguration(Array(made.utf8)) == imported.configuration)
    }
  }

  private static let words = [
    "network:", "default", "via:", "[", "]", "{", "}", "- ", "\n", "\t", "0.0.0.0", "::", "/0",
    "/33",
    "fe80::1", "\u{0}", "é", "\r", "\"", "*a", "eth0", "bond0", "metric: 1", "table: 7", "null",
    "~",
  ]

  @Test(arguments: 1...1_000)
  func `whatever a file says, what comes out is valid`(seed: Int) throws {
    var random = Seeded(seed)
    let name = try #require(Self.names.randomElement(using: &random))
    var files = try Self.sources(of: name)
    let index = Int.random(in: files.indices, using: &random)
    var bytes = files[index].bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...20, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      default:
        let word = Self.words.randomElement(using: &random) ?? ""
        bytes.insert(contentsOf: Array(word.utf8), at: place)
      }
    }
    files[index] = SourceFile(name: files[index].name, bytes: bytes)
    let imported: Imported
    do throws(ImportFailure) {
      imported = try ImportFormat.netplan.imported(files) { file in
        Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
      }
    } catch {
      return  // It looks like another program's now.
    }
    if let text = imported.text {
      #expect(try readConfiguration(Array(text.utf8)) == imported.configuration)
    }
  }
}
