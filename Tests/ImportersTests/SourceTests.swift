import Testing

@testable import Importers

/// Lines, places and what is told of them.
struct SourceTests {
  @Test(arguments: ["a\nb\nc", "a\r\nb\r\nc\r\n", "a\rb\rc\r"])
  func `lines end by LF, CRLF or CR`(text: String) {
    #expect(SourceFile(name: "x", bytes: Array(text.utf8)).lines == ["a", "b", "c"])
  }

  @Test
  func `an empty line is a line, and bytes that are no text break nothing`() {
    let file = SourceFile(name: "x", bytes: [0x61, 0x0a, 0x0a, 0xff, 0x00])
    #expect(file.lines == ["a", "", "\u{fffd}\u{0}"])
  }

  @Test
  func `of what is said twice of a statement the worst stands`() {
    var report = ImportReport()
    let place = SourcePlace(file: "x", line: 2)
    report.note(place, "/ip/route add", .carried)
    report.amend(place, .differs("it is slower"))
    report.amend(place, .carried)
    report.amend(place, .differs("it is later"))
    #expect(report.entries.map(\.fate) == [.differs("it is slower; it is later")])
    #expect(
      report.lines == [
        "x:2: /ip/route add: carried, but it is slower; it is later",
        "0 carried, 1 carried with a difference, 0 not carried",
      ])
    #expect(
      report.json == """
        [
          { "file": "x", "line": 2, "statement": "/ip/route add", "fate": "differs", "because": "it is slower; it is later" }
        ]

        """)
  }
}
