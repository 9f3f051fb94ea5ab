import Config
import Foundation
import Model
import SimKit
import Testing
import YAML

@testable import Importers

/// What an imported file does when one thing fails, foreseen by the daemon's own engine: each case of
/// the importers has a `failures.txt`, which says who holds what then, and after how long.
///
/// `SIAGA_WRITE_EXPECTED=1 swift test --filter ImportedFailureTests` writes them anew, to be read
/// before they are believed.
struct ImportedFailureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let format: ImportFormat
    let sources: [URL]
    let expected: URL

    var testDescription: String {
      "\(format.rawValue) \(expected.path.split(separator: "/").suffix(3))"
    }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "ImportersTests", directoryHint: .isDirectory)
  private static let written: Set = ["siaga.yaml", "report.txt", "failures.txt", "README"]

  static let cases =
    routerOS + folders(.networkd, "Networkd") + folders(.netplan, "Netplan")
    + folders(.mwan3, "MWAN3")

  /// Each file is one.
  private static var routerOS: [Case] {
    files(below: folder.appending(path: "RouterOS")).filter { $0.pathExtension == "rsc" }.map {
      Case(
        format: .routeros, sources: [$0],
        expected: $0.deletingPathExtension().appendingPathExtension("failures.txt"))
    }
  }

  private static func folders(_ format: ImportFormat, _ name: String) -> [Case] {
    let base = folder.appending(path: name)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    return names.sorted().map { name in
      let all = files(below: base.appending(path: name))
      return Case(
        format: format,
        sources: all.filter {
          !written.contains($0.lastPathComponent) && !$0.path.contains("/expected/")
        },
        expected: base.appending(path: "\(name)/expected/failures.txt"))
    }
  }

  private static func files(below folder: URL) -> [URL] {
    let paths =
      FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return paths.sorted().map { folder.appending(path: $0) }.filter { url in
      (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
    }
  }

  @Test(arguments: cases)
  func `when one thing fails, the imported file holds what the source would`(each: Case) throws {
    let base = each.expected.deletingLastPathComponent().deletingLastPathComponent().path + "/"
    let files = try each.sources.map { url in
      SourceFile(
        name: url.path.replacing(base, with: ""), bytes: Array(try Data(contentsOf: url)))
    }
    let imported = try each.format.imported(files) { file in
      Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
    }
    let text = Self.text(imported.configuration)
    if ProcessInfo.processInfo.environment["SIAGA_WRITE_EXPECTED"] != nil {
      try FileManager.default.createDirectory(
        at: each.expected.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: each.expected, atomically: true, encoding: .utf8)
    }
    #expect(try text == String(contentsOf: each.expected, encoding: .utf8))
  }

  private static func text(_ configuration: Configuration) -> String {
    let foresight = Foresight(configuration)
    return SingleFailure.all(of: configuration).map { failure in
      let forecast = foresight.forecast(of: [failure])
      return "\(failure)\n" + forecast.courses.map { "  \($0.line)\n" }.joined()
        + (forecast.trouble.map { "  BROKEN: \($0)\n" } ?? "")
    }.joined()
  }
}

extension Course {
  /// `internet: isp1 → isp2 within 21 s, back within 10 s`
  fileprivate var line: String {
    guard before != during || left != nil else { return "\(group): \(names(before)) stays" }
    let move = "\(group): \(names(before)) → \(names(during))\(left.map { " \(within($0))" } ?? "")"
    let back = returned.map { " \(within($0))" } ?? ""
    return after == before ? "\(move), back\(back)" : "\(move), then \(names(after))\(back)"
  }

  private func names(_ members: [MemberID]) -> String {
    members.isEmpty ? "nobody" : members.map(\.text).joined(separator: " + ")
  }

  private func within(_ duration: Duration) -> String {
    guard duration > .milliseconds(100) else { return "at once" }
    return "within \((duration.nanoseconds + 999_999_999) / 1_000_000_000) s"
  }
}
