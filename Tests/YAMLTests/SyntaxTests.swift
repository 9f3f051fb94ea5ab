import Config
import Testing
import YAML

@Suite struct SyntaxTests {
  @Test(arguments: [
    ("", "1:1: the file is empty"),
    ("# only a comment\n", "1:1: the file is empty"),
    ("---\n", "2:1: the file is empty"),
    ("uplinks:\n\tisp1: { interface: eth0 }\n", "2:1: a tab indents this line; indent with spaces"),
    ("uplinks:\n  isp1: x\n \tisp2: x\n", "3:2: a tab indents this line; indent with spaces"),
    ("a: 1\n---\nb: 2\n", "2:1: a second document starts here; a config is one"),
    ("[a]: b\n", "1:1: a key is one word, not a list, a mapping or an alias"),
    ("a: \u{7}\n", "1:4: the file is not text: control character U+7 here"),
    ("a: b\n\u{0}", "2:1: the file is not text: control character U+0 here"),
    (
      "a: [b\nc: d\n",
      "2:2: this is not YAML: did not find expected ',' or ']' while parsing a flow sequence "
        + "(line 1)"
    ),
    ("a: b: c\n", "1:5: this is not YAML: mapping values are not allowed in this context"),
    (
      "a: \"b\n",
      "2:1: this is not YAML: found unexpected end of stream while scanning a quoted scalar "
        + "(line 1)"
    ),
  ])
  func `what is not a config in YAML is refused at its place`(text: String, line: String) {
    #expect(Text(text).lines == ["siaga.yaml:\(line)"])
  }

  @Test func `what YAML has to share and to type values is refused, all at once`() {
    let text = """
      uplinks: &links
        isp1: &isp1 { interface: eth0 }
        isp2: { <<: *isp1, interface: !!str eth1 }
      """
    #expect(
      Text(text).lines == [
        "siaga.yaml:1:10: the anchor `&links` is not taken; write out each value",
        "siaga.yaml:2:9: the anchor `&isp1` is not taken; write out each value",
        "siaga.yaml:3:11: the merge key `<<` is not taken; write out what it merges",
        "siaga.yaml:3:15: the alias `*isp1` is not taken; write out what it stands for",
        "siaga.yaml:3:33: the tag `tag:yaml.org,2002:str` is not taken; leave it out",
      ])
  }

  @Test func `a laughing billion is refused without being built`() {
    var text = "a0: &a0 [x]\n"
    for level in 1...30 {
      text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
    }
    #expect(Text(text).lines.count == 91)
  }

  @Test func `bytes that are no text are refused at their place`() {
    #expect(
      Text.lines(of: Array("a: b\nc: ".utf8) + [0xff, 0xfe])
        == ["siaga.yaml:2:4: the file is not text: invalid UTF-8 here"])
    #expect(
      Text.lines(of: [0x7f, 0x45, 0x4c, 0x46])
        == ["siaga.yaml:1:1: the file is not text: control character U+7F here"])
  }

  @Test func `a file of ten megabytes is not read`() {
    #expect(
      Text.lines(of: [UInt8](repeating: UInt8(ascii: "#"), count: 10_000_000))
        == ["siaga.yaml:1:1: the file is 10 MB; a config is at most 1 MiB"])
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func `a tree that is too deep is refused at its sixty-fifth level`(opening: String) {
    let lines = Text(String(repeating: opening, count: 20_000)).lines
    #expect(lines.count == 1)
    let isRefused =
      lines[0].contains("nested more than 64 levels") || lines[0].contains("a key is one word")
    #expect(isRefused, "\(lines)")
  }

  @Test func `a byte order mark, Windows line ends and a file without an end are text`() {
    let windows = Text.dualWAN.split(separator: "\n").joined(separator: "\r\n")
    #expect(Text("\u{feff}" + windows).lines == [])
    #expect(
      Text("\u{feff}" + windows + "\r\n    fail: x").lines
        == ["siaga.yaml:12:5: group `internet` has no key `fail`"])
  }

  @Test func `the schema is YAML too`() throws {
    guard case .mapping(let entries) = try ConfigNode(yaml: Configuration.schema).content else {
      Issue.record("not a mapping")
      return
    }
    #expect(
      entries.map(\.key) == [
        "$schema", "title", "description", "type", "properties", "required",
        "additionalProperties", "anyOf", "$defs",
      ])
  }
}
