import Testing

@testable import Importers

/// RouterOS' console language.
struct ConsoleTests {
  private func commands(_ text: String) -> [String] {
    ConsoleScript(SourceFile(name: "x", bytes: Array(text.utf8))).commands.map { command in
      let words = command.words.map { word in
        (word.key.map { "\($0)=" } ?? "") + (word.kind == .text ? word.text : "<\(word.text)>")
      }
      return ([command.statement] + words).joined(separator: " ")
    }
  }

  @Test(arguments: [
    "/ip route\nadd gateway=1.1.1.1", "/ip route add gateway=1.1.1.1",
    "/ip/route/add gateway=1.1.1.1", "/ip/route add gateway=1.1.1.1",
    "/ip\nroute\nadd gateway=1.1.1.1", "/ip\nroute add gateway=1.1.1.1",
    "/ip address\n.. route add gateway=1.1.1.1", "/ip route { add gateway=1.1.1.1 }",
    "/ip ro add gateway=1.1.1.1", "/ip route\r\nadd gateway=1.1.1.1\r\n",
    "/ip route\radd gateway=1.1.1.1\r", "/ip route; add gateway=1.1.1.1 # why",
    "/ip route\nadd gateway=\\\n    1.1.1.1", "/ip route\nadd \\\r\n  gateway=1.1.\\\r\n  1.1",
    "/ip route add gateway=\"1.1.1.1\"", "\u{feff}/ip route add gateway=1.1.1.1",
    "/ip route add gateway=\"1.1.\\\n   1.1\"", "{/ip route\nadd gateway=1.1.1.1}",
    "[admin@R1] > /ip route\n[admin@R1] /ip route> add gateway=1.1.1.1",
    "[admin@R1] /ip/route> add gateway=1.1.1.1",
  ])
  func `a command is the same however it is written`(text: String) {
    #expect(commands(text) == ["/ip/route add gateway=1.1.1.1"])
  }

  @Test(arguments: [
    (#"/ip route add comment="a\"b""#, #"comment=a"b"#),
    (#"/ip route add comment="a\\b""#, #"comment=a\b"#),
    (#"/ip route add comment="a\_b\24\3F""#, "comment=a b$?"),
    (#"/ip route add comment="a\r\nb""#, "comment=a\r\nb"),
    (#"/ip route add comment="C3: \C3\A9""#, "comment=C3: \u{e9}"),
    (##"/ip route add comment="# no ; comment { [""##, "comment=# no ; comment { ["),
    (#"/ip route add comment="$x""#, "comment=<$x>"),
    (#"/ip route add gateway=$x"#, "gateway=<$x>"),
    (#"/ip route add gateway=[/ip x get [find]]"#, "gateway=</ip x get [find]>"),
    (#"/ip route add gateway=(1 + 2)"#, "gateway=<1 + 2>"),
    (#"/ip route add on-event={ :log info "}" }"#, #"on-event=< :log info "}" >"#),
    ("/ip route add a=b=c", "a=b=c"),
  ])
  func `values are what their escapes say, and what computes is marked`(text: String, value: String)
  {
    #expect(commands(text) == ["/ip/route add \(value)"])
  }

  @Test(arguments: [
    ("/ip route\nadd comment=\"open\nadd gateway=1.1.1.1", 2, "a quote is not closed"),
    ("/ip route\nset [ find x\nadd gateway=1.1.1.1", 2, "a bracket is not closed"),
    ("}\n/ip route\nadd gateway=1.1.1.1", 1, "a `}` without its `{`"),
    ("/ip route\n:local x 1\nadd gateway=1.1.1.1", 2, "a script computes"),
    ("/ip route\nnonsense\nadd gateway=1.1.1.1", 2, "no such menu or command"),
    ("/nowhere add x=y\n/ip route\nadd gateway=1.1.1.1", 1, "no such menu or command"),
    ("/ip route\n0 ;;; printed\nadd gateway=1.1.1.1", 2, "`print` shows"),
  ])
  func `a mistake is told with its line, and what follows is read`(
    text: String, line: Int, why: String
  ) {
    let script = ConsoleScript(SourceFile(name: "x", bytes: Array(text.utf8)))
    #expect(script.mistakes.contains { $0.place.line == line && $0.why.contains(why) })
    #expect(script.commands.last?.words.last?.text == "1.1.1.1")
  }

  @Test
  func `statements of one line each have their place`() {
    let script = ConsoleScript(
      SourceFile(name: "x", bytes: Array("/ip route\nadd a=1; add a=2".utf8)))
    #expect(script.commands.map(\.place.column) == [1, 10])
  }

  @Test(arguments: [
    ("10s", 10_000), ("1m30s", 90_000), ("00:00:00.200", 200), ("00:01:00", 60_000), ("5", 5_000),
    ("1d02:00:00", 93_600_000), ("500ms", 500),
  ])
  func `durations are read as RouterOS writes them`(text: String, milliseconds: Int) {
    #expect(Duration(console: text) == .milliseconds(milliseconds))
  }

  @Test(arguments: ["", "x", "10x", "1:2:3:4", "1..5s", "99999999999999999999s"])
  func `what is no duration is refused`(text: String) {
    #expect(Duration(console: text) == nil)
  }
}
