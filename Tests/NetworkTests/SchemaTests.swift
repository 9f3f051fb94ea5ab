import Foundation
import Lab
import Testing

/// The JSON Schema in the hands of a validator that knows nothing of Siaga.
struct SchemaTests {
  private static let validator = """
    import json, sys, yaml
    from jsonschema import Draft202012Validator as Validator
    schema = json.load(open(sys.argv[1]))
    Validator.check_schema(schema)
    for path in sys.argv[2:]:
        for error in Validator(schema).iter_errors(yaml.safe_load(open(path))):
            print(path, list(error.path), error.message)
    """

  private func complaints(about files: [String]) throws -> String {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write(try Command.run(Scene.executable, "schema"), to: "schema.json")
    return try Command.run(
      "python3", list: ["-c", Self.validator, scratch.file("schema.json")] + files)
  }

  private var examples: [String] {
    get throws {
      let folder = ExampleScene.folder.path(percentEncoded: false)
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        .filter { $0.hasSuffix(".yaml") }.map { folder + $0 }
    }
  }

  @Test
  func `every example is valid`() throws {
    let examples = try examples
    #expect(examples.count >= 7)
    #expect(try complaints(about: examples) == "")
    for example in examples {
      #expect(try Command([Scene.executable, "check", example]).outcome().exit.isSuccess)
    }
  }

  @Test
  func `what siaga check refuses for its looks, the schema refuses too`() throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let good = try ExampleScene.text(of: "voip.yaml")
    let wrong = [
      good.replacing("gateway: 10.10.1.1", with: "gatway: 10.10.1.1"),
      good.replacing("every: 500ms", with: "every: 500"),
      good.replacing("to-port: [5060, 10000-20000]", with: "to-port: []"),
      good.replacing("route: default", with: "route: defualt"),
      good.replacing("failback: drain", with: "failback: never"),
    ]
    for (number, text) in wrong.enumerated() {
      try scratch.write(text, to: "\(number).yaml")
      #expect(try complaints(about: [scratch.file("\(number).yaml")]) != "", "\(text)")
      let check = Command([Scene.executable, "check", scratch.file("\(number).yaml")])
      #expect(try check.outcome().exit == .status(2))
    }
  }
}
