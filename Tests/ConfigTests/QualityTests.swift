import Config
import Model
import Testing

/// What a check asks for over a window.
@Suite struct QualityTests {
  private static func quality(of check: [String: String]) throws -> Quality? {
    let tree = Tree.dualWAN { tree in
      tree["checks", "gateway"] = ["ping": "gateway"]
      for (key, value) in check { tree["checks", "gateway", key] = .text(value) }
    }
    return try Configuration.read(tree.node).checks[0].quality
  }

  private static func messages(_ change: (inout Tree) -> Void) -> [String] {
    Tree.dualWAN { tree in
      var check: Tree = ["ping": "gateway"]
      change(&check)
      tree["checks", "gateway"] = check
    }.messages
  }

  @Test func `both limits are as they are written`() throws {
    let tree = Tree.dualWAN {
      $0["checks", "gateway"] = [
        "ping": "gateway", "window": "1m", "loss": ["down": "20%", "up": "0%"],
        "latency": ["up": "100ms", "down": "200ms"], "jitter": ["down": "30ms"],
      ]
    }
    #expect(
      try Configuration.read(tree.node).checks[0].quality
        == Quality(
          window: .seconds(60), loss: Quality.Limit(down: Percent(20), up: Percent(0)),
          latency: Quality.Limit(down: .milliseconds(200), up: .milliseconds(100)),
          jitter: Quality.Limit(down: .milliseconds(30), up: .milliseconds(15))))
  }

  @Test(arguments: [("20%", 20, 10), ("100%", 100, 50), ("15%", 15, 7), ("1%", 1, 0)])
  func `a value alone is the limit for down, and half of it that for up`(
    text: String, down: Int, up: Int
  ) throws {
    let quality = try Self.quality(of: ["loss": text])
    #expect(quality == Quality(loss: Quality.Limit(down: Percent(down), up: Percent(up))))
    #expect(quality?.window == .seconds(30))
  }

  @Test func `half of a duration is in whole milliseconds`() throws {
    let quality = try Self.quality(of: ["latency": "25ms", "jitter": "2ms"])
    #expect(quality?.latency == Quality.Limit(down: .milliseconds(25), up: .milliseconds(12)))
    #expect(quality?.jitter == Quality.Limit(down: .milliseconds(2), up: .milliseconds(1)))
  }

  @Test func `a check without measures asks for none`() throws {
    #expect(try Self.quality(of: [:]) == nil)
  }

  private static let percentage =
    "`loss` takes a percentage from 1% to 100%, not "

  @Test(arguments: [
    ("loss", "0%", "\(percentage)`0%`"), ("loss", "101%", "\(percentage)`101%`"),
    ("loss", "%", "\(percentage)`%`"), ("loss", "-5%", "\(percentage)`-5%`"),
    ("loss", "99999999999999999999%", "\(percentage)`99999999999999999999%`"),
    ("loss", "20 %", "\(percentage)`20 %`"), ("loss", "20%%", "\(percentage)`20%%`"),
    ("loss", "020%", "\(percentage)`020%`; did you mean `20%`?"),
    ("loss", "20", "`loss` is `20`, which has no unit; write it as in `20%`"),
    ("loss", "2.5%", "`loss` is `2.5%`, and takes whole numbers"),
    ("latency", "20%", "`latency` takes a duration from 2ms to 1m, not `20%`"),
    ("latency", "200", "`latency` is `200`, which has no unit; write a unit: `200s`"),
    ("jitter", "1ms", "`jitter` takes a duration from 2ms to 1m, not `1ms`"),
    ("window", "500ms", "`window` takes a duration from 1s to 1h, not `500ms`"),
  ])
  func `a wrong value says what is taken`(key: String, value: String, message: String) {
    #expect(Self.messages { $0[key] = .text(value) } == [message])
  }

  @Test func `the two limits are read like any section`() {
    let either = "a percentage from 1% to 100% or a mapping of `down` and `up`"
    #expect(Self.messages { $0["loss"] = ["20%"] } == ["`loss` takes \(either), not a list"])
    #expect(Self.messages { $0["loss"] = ["up": "10%"] } == ["`loss` needs `down`"])
    #expect(
      Self.messages { $0["loss"] = ["dwon": "20%"] }
        == ["`loss` has no key `dwon`; did you mean `down`?"])
    #expect(
      Self.messages { $0["loss"] = ["down": "20%", "up": "low"] }
        == ["`up` takes a percentage from 0% to 99%, not `low`"])
    #expect(
      Self.messages { $0["latency"] = ["down": "0s", "up": "0s"] } == [
        "`down` takes a duration from 2ms to 1m, not `0s`",
        "`up` takes a duration from 1ms to 1m, not `0s`",
      ])
  }

  @Test(arguments: [("10%", "10%"), ("10%", "20%")])
  func `up is below down`(down: String, up: String) {
    #expect(
      Self.messages { $0["loss"] = ["down": .text(down), "up": .text(up)] }
        == ["`loss` is down at `\(down)` and up at `\(up)`; `up` must be below `down`"])
    #expect(
      Self.messages { $0["latency"] = ["down": "100ms", "up": "100ms"] }
        == ["`latency` is down at `100ms` and up at `100ms`; `up` must be below `down`"])
  }

  @Test func `a window with nothing to judge is a mistake`() {
    #expect(
      Self.messages { $0["window"] = "30s" }
        == ["`window` judges nothing; add `loss`, `latency` or `jitter`"])
    // It may judge what is broken.
    #expect(
      Self.messages {
        $0["window"] = "30s"
        $0["loss"] = "20"
      } == ["`loss` is `20`, which has no unit; write it as in `20%`"])
  }

  @Test func `a window holds enough probes, and not too many`() {
    #expect(
      Self.messages {
        $0["every"] = "5s"
        $0["window"] = "20s"
        $0["loss"] = "20%"
      } == ["`window` is 20s, and must be at least 5 × `every`, which is 25s"])
    #expect(
      Self.messages {
        $0["every"] = "10s"
        $0["loss"] = "20%"
      } == ["`window` is 30s when left out, and must be at least 5 × `every`, which is 50s"])
    #expect(
      Self.messages {
        $0["every"] = "10ms"
        $0["window"] = "41s"
        $0["loss"] = "20%"
      } == ["`window` is 41s, and must be at most 4000 × `every`, which is 40s"])
    #expect(
      Self.messages {
        $0["every"] = "10ms"
        $0["loss"] = "20%"
      } == [])
  }

  @Test func `a limit that no answer can reach is a mistake`() {
    #expect(
      Self.messages {
        $0["timeout"] = "200ms"
        $0["latency"] = "200ms"
        $0["jitter"] = "1s"
      } == [
        "`latency` never comes to `200ms`: an answer later than `timeout` (200ms) is a lost one",
        "`jitter` never comes to `1s`: an answer later than `timeout` (200ms) is a lost one",
      ])
  }

  @Test func `an inline check may ask for quality too`() throws {
    let tree = Tree.dualWAN {
      $0["groups", "internet", "check"] = ["ping": "gateway", "loss": "20%"]
    }
    let check = try Configuration.read(tree.node).check("internet.check")
    #expect(check?.quality?.loss == Quality.Limit(down: Percent(20), up: Percent(10)))
    let wrong = Tree.dualWAN {
      $0["groups", "internet", "check"] = ["ping": "gateway", "window": "30s"]
    }
    #expect(wrong.messages == ["`window` judges nothing; add `loss`, `latency` or `jitter`"])
  }
}
