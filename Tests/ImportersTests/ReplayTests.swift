import Foundation
import FuzzCase
import Importers
import Testing

/// What fuzzing once found, and the cases it begins with, without the fuzzer. netplan's are with
/// those of YAML.
struct ReplayTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fuzz/corpus", directoryHint: .isDirectory)

  private static func files(in folder: URL) throws -> [SourceFile] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      SourceFile(name: name, bytes: Array(try Data(contentsOf: folder.appending(path: name))))
    }
  }

  @Test(arguments: [ImportFormat.routeros, .networkd, .mwan3])
  func `what fuzzing found is mended`(format: ImportFormat) throws {
    let kept = try Self.files(in: Self.corpus.appending(path: format.rawValue))
    #expect(!kept.isEmpty)
    for file in kept {
      let complaint = ImportCase(format, packed: file.bytes).complaint(yaml: nil)
      #expect(complaint == nil, "\(file.name)")
    }
  }

  @Test
  func `the cases hold what fuzzing asks of them`() throws {
    var cases = RouterOSCase.all.map { ImportCase(.routeros, [$0.file]) }
    cases += try NetworkdTests.names.map {
      ImportCase(.networkd, try NetworkdTests.sources(of: $0))
    }
    cases += try MWAN3Tests.names.map { ImportCase(.mwan3, try MWAN3Tests.sources(of: $0)) }
    for one in cases {
      #expect(one.complaint(yaml: nil) == nil, "\(one.format): \(one.files.map(\.name))")
    }
  }

  @Test
  func `several files are packed as one`() {
    let packed = ImportCase(.networkd, packed: Array("-- a --\n1\n-- b/c --\n\n--  --\n2".utf8))
    #expect(packed.files.map(\.name) == ["a", "b/c"])
    #expect(
      packed.files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["1\n", "\n--  --\n2"])
    let plain = ImportCase(.routeros, packed: Array("-- \na\n".utf8))
    #expect(plain.files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["-- \na\n"])
  }
}
