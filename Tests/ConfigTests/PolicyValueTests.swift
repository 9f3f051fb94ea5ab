import Config
import Model
import Testing

/// What a group may say of failback, damping and flows.
@Suite struct PolicyValueTests {
  @Test(arguments: [
    ("after", "60", "`after` is `60`, which has no unit; write a unit: `60s`"),
    ("after", "25h", "`after` takes a duration from 0s to 24h, not `25h`"),
    (
      "between", "1:00-5:00",
      "`between` takes hours of the day such as `01:00-05:00`, not `1:00-5:00`; "
        + "did you mean `01:00-05:00`?"
    ),
    (
      "between", "20:00-24:00",
      "`between` takes hours of the day such as `01:00-05:00`, not `20:00-24:00`"
    ),
    (
      "between", "night",
      "`between` takes hours of the day such as `01:00-05:00`, not `night`"
    ),
    (
      "between", "01:00",
      "`between` takes hours of the day such as `01:00-05:00`, not `01:00`"
    ),
    (
      "between", "+1:00-05:00",
      "`between` takes hours of the day such as `01:00-05:00`, not `+1:00-05:00`"
    ),
    (
      "between", "01:00-01:00",
      "`between` opens and closes at the same minute; leave it out for the whole day"
    ),
    ("within", "01:00-05:00", "`failback` has no key `within`"),
  ])
  func `a wrong delay of failback says what is taken`(key: String, value: String, message: String) {
    #expect(
      Tree.dualWAN { $0["groups", "internet", "failback"] = .mapping([(key, .text(value))]) }
        .messages == [message])
  }

  static let delays: [(Tree, Failback)] = [
    (["after": "60s"], .delayed(after: .seconds(60), between: nil)),
    (["after": "0s"], .delayed(after: .zero, between: nil)),
    (
      ["between": "22:00-04:00"], .delayed(after: .zero, between: DailyWindow(from: 1_320, to: 240))
    ),
    (
      ["after": "1h", "between": "00:00-00:01"],
      .delayed(after: .seconds(3_600), between: DailyWindow(from: 0, to: 1))
    ),
  ]

  @Test(arguments: delays)
  func `a failback waits, and has its hours`(tree: Tree, failback: Failback) throws {
    let tree = Tree.dualWAN { $0["groups", "internet", "failback"] = tree }
    #expect(try Configuration.read(tree.node).groups[0].failback == failback)
  }

  @Test(arguments: [
    ("base", "0s", "`base` takes a duration from 1s to 24h, not `0s`"),
    ("max", "25h", "`max` takes a duration from 1s to 24h, not `25h`"),
    (
      "base", "20m",
      "`base` is 20m, and `max` is 10m: no return may hold a member back for longer than `max`; "
        + "make it longer, or `base` shorter"
    ),
    ("forgot", "10m", "`damping` has no key `forgot`; did you mean `forget`?"),
  ])
  func `a wrong damping says what is taken`(key: String, value: String, message: String) {
    let damping = Tree.mapping([(key, .text(value))])
    #expect(Tree.dualWAN { $0["groups", "internet", "damping"] = damping }.messages == [message])
    #expect(Tree.dualWAN { $0["damping"] = damping }.messages == [message])
  }

  @Test func `a wrong policy of one direction says what is taken`() {
    #expect(
      Tree.dualWAN { $0["groups", "internet", "flows"] = ["failback": "drian"] }.messages == [
        "`failback` takes `move`, `drain` or `stay`, not `drian`; did you mean `drain`?"
      ])
  }

  @Test func `damping is off in one word`() {
    #expect(
      Tree.dualWAN { $0["damping"] = "no" }.messages == [
        "`damping` takes `off` or a mapping of `base`, `max` and `forget`, not `no`"
      ])
  }

  @Test func `a failback of nothing is none`() {
    #expect(
      Tree.dualWAN { $0["groups", "internet", "failback"] = [:] }.messages == [
        "`failback` takes `auto`, `manual` or a mapping of `after` and `between`, "
          + "not an empty mapping"
      ])
  }
}
