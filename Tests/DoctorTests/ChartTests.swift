import Doctor
import Foundation
import Testing

struct ChartTests {
  @Test
  func `docs slash doctor has the table of all examinations`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/doctor.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let start = "## What is looked for\n\n"
    let head = try #require(text.range(of: start))
    let expected = text[..<head.upperBound] + Chart.markdown + "\n"
    if ProcessInfo.processInfo.environment["SIAGA_WRITE_DOCS"] != nil {
      try expected.write(to: page, atomically: true, encoding: .utf8)
    }
    let isFresh = try String(contentsOf: page, encoding: .utf8) == expected
    #expect(isFresh, "stale; SIAGA_WRITE_DOCS=1 swift test --filter ChartTests writes it anew")
  }

  @Test
  func `each examination has a name of its own`() {
    #expect(Set(Chart.names).count == Chart.names.count)
    #expect(Chart.names.count >= 40)
  }
}
