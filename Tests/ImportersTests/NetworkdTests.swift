import Foundation
import Testing

@testable import Importers

/// Each folder in Networkd/ is somebody's configuration; `siaga.yaml` in it is what comes of it, and
/// `report.txt` what is told.
struct NetworkdTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Networkd", directoryHint: .isDirectory)

  static let names = [
    "bond-and-lte", "bond-laptop", "dual-stack", "hosted-onlink", "laptop-dhcp", "mistakes",
    "policy-rules", "precedence", "router-two-providers", "seed-bonding", "seed-standard",
    "wireguard-spare",
  ]

  /// Its files by their paths inside, as `siaga import` finds them.
  static func sources(of name: String) throws -> [SourceFile] {
    let base = folder.appending(path: name)
    let paths =
      FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    let written = ["siaga.yaml", "report.txt", "expected", "expected/failures.txt"]
    return try paths.sorted().filter { !written.contains($0) }.compactMap {
      path in
      let file = base.appending(path: path)
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        return nil
      }
      return SourceFile(name: path, bytes: Array(try Data(contentsOf: file)))
    }
  }

  @Test(arguments: names)
  func `what networkd's files mean comes out, and what does not is told`(name: String) throws {
    let imported = try ImportFormat.networkd.imported(try Self.sources(of: name))
    let told = imported.report.lines.joined(separator: "\n") + "\n"
    try Expected.compare(imported.text ?? "", Self.folder.appending(path: "\(name)/siaga.yaml"))
    try Expected.compare(told, Self.folder.appending(path: "\(name)/report.txt"))
  }

  @Test(arguments: names)
  func `every line ends in the report`(name: String) throws {
    let sources = try Self.sources(of: name)
    let entries = try ImportFormat.networkd.imported(sources).report.entries
    let known = Set(entries.map(\.place))
    for source in sources where source.name != "README" {
      for (index, line) in source.lines.enumerated() {
        let text = line.filter { !$0.isWhitespace && $0 != "\u{feff}" }
        guard let first = text.first, !"#;".contains(first) else { continue }
        let place = SourcePlace(file: source.name, line: index + 1)
        #expect(known.contains(place), "\(place): \(line)")
      }
    }
  }

  @Test
  func `what is secret is in no report`() throws {
    let imported = try ImportFormat.networkd.imported(try Self.sources(of: "wireguard-spare"))
    #expect(!imported.report.json.contains("SECRET"))
    #expect(imported.text?.contains("SECRET") == false)
  }

  @Test(arguments: [
    ("eth0", "eth0", true), ("eth*", "eth0", true), ("e*0", "eth10", true), ("e*1", "eth10", false),
    ("eth[0-3]", "eth2", true), ("eth[!0-3]", "eth2", false), ("wl?n0", "wlan0", true),
    ("[", "[", true), ("*", "", true), ("eth0", "eth01", false), ("a\\*b", "a*b", true),
  ])
  func `a pattern fits a name as a shell's does`(pattern: String, name: String, fits: Bool) {
    #expect(Glob(pattern).matches(name) == fits)
  }

  @Test(arguments: [
    ("1", 1_000), ("0.2", 200), ("100ms", 100), ("1s 500ms", 1_500), ("1min", 60_000),
  ])
  func `a time without a suffix is seconds`(text: String, milliseconds: Int) {
    #expect(
      LinuxWords.duration(text, alone: .seconds(1)) == .milliseconds(milliseconds))
  }

  @Test
  func `another program's file is named as such`() throws {
    let files = try Self.sources(of: "seed-standard")
    #expect(throws: ImportFailure.self) { try ImportFormat.mwan3.imported(files) }
    let netplan = SourceFile(name: "01.yaml", bytes: Array("network:\n  version: 2\n".utf8))
    do throws(ImportFailure) {
      _ = try ImportFormat.networkd.imported([netplan])
      Issue.record("netplan's file was taken for networkd's")
    } catch {
      #expect(
        error.sentence
          == "this looks like a file of netplan, not of systemd-networkd; try `siaga import netplan`"
      )
    }
  }
}
