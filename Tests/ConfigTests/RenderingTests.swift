import Config
import Foundation
import Testing

@Suite struct RenderingTests {
  @Test func `docs slash config is what the declarations say`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = root.appending(path: "docs/config.md")
    if ProcessInfo.processInfo.environment["SIAGA_WRITE_DOCS"] != nil {
      try Configuration.reference.write(to: page, atomically: true, encoding: .utf8)
    }
    let isFresh = try String(contentsOf: page, encoding: .utf8) == Configuration.reference
    #expect(isFresh, "stale; SIAGA_WRITE_DOCS=1 swift test --filter RenderingTests writes it anew")
  }

  @Test func `the schema is JSON and knows exactly the keys of the file`() throws {
    let text = Configuration.schema
    #expect(text == Configuration.schema)
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    let sections = try #require(schema["$defs"] as? [String: [String: Any]])
    for place in Place.all {
      let name = place.subject.split(separator: " ")[0]
      let section = sections[String(name)] ?? schema
      let properties = try #require(section["properties"] as? [String: [String: Any]])
      #expect(properties.keys.sorted() == place.keys.sorted())
      #expect(section["additionalProperties"] as? Bool == false)
      #expect(properties.values.allSatisfy { $0["description"] is String })
    }
  }

  @Test func `the schema's references lead somewhere, and combinations hold combinations`() throws {
    let text = Configuration.schema
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: Any])
    let references = text.matches(of: /"\$ref": "#\/\$defs\/([a-z]+)"/).map { String($0.1) }
    #expect(Set(references).isSubset(of: definitions.keys))
    let judge = try #require(definitions["judge"] as? [String: [[String: Any]]])
    let keys = judge["anyOf"]?.map { ($0["required"] as? [String]) ?? [] }
    #expect(keys == [[], [], ["need", "of"], ["any"], ["all"]])
    let any = try #require(judge["anyOf"]?[3]["properties"] as? [String: [String: Any]])
    #expect(any["any"]?["items"] as? [String: String] == ["$ref": "#/$defs/judge"])
  }

  @Test func `the page knows every key, and every key to come`() {
    for place in Place.all {
      for key in place.keys {
        #expect(Configuration.reference.contains("\n| `\(key)` | "), "\(key)")
      }
      for key in place.later { #expect(Configuration.reference.contains("`\(key)`"), "\(key)") }
    }
  }
}
