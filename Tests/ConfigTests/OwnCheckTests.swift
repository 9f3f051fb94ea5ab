import Config
import Model
import Testing

/// `check` of an uplink: what must be well for it, besides what its groups ask.
@Suite struct OwnCheckTests {
  private static func tree(_ check: Tree, _ changed: (inout Tree) -> Void = { _ in }) -> Tree {
    Tree.dualWAN {
      $0["checks", "signal"] = ["file": "/run/signal"]
      $0["checks", "far6"] = ["ping": "2001:db8::1"]
      $0["uplinks", "isp2", "check"] = check
      changed(&$0)
    }
  }

  private static func read(_ check: Tree) throws -> Configuration {
    try Configuration.read(tree(check).node)
  }

  private static let (gateway, signal) = (Judge.check("gateway"), Judge.check("signal"))

  @Test(
    arguments: [
      ("signal", signal), (["signal", "gateway"], .need(2, of: [signal, gateway])),
      (["any": ["signal", "gateway"]], .need(1, of: [signal, gateway])),
      (["file": "/run/other"], .check("isp2.check")),
      (["signal", ["file": "/run/other"]], .need(2, of: [signal, .check("isp2.check.2")])),
    ] as [(Tree, Judge)])
  func `it is written as a group's, and reads back`(check: Tree, judge: Judge) throws {
    let configuration = try Self.read(check)
    #expect(configuration.uplinks.map(\.judge) == [nil, judge])
    #expect(configuration.checks.contains { judge.checks.contains($0.name) })
  }

  @Test
  func `it counts besides the group's, and one that both name counts once`() throws {
    let configuration = try Self.read("signal")
    let (group, uplinks) = (configuration.groups[0], configuration.uplinks)
    #expect(configuration.judge(of: uplinks[0], in: group) == Self.gateway)
    #expect(
      configuration.judge(of: uplinks[1], in: group) == .need(2, of: [Self.gateway, Self.signal]))
    let same = try Self.read("gateway")
    #expect(same.judge(of: same.uplinks[1], in: same.groups[0]) == Self.gateway)
    let both = try Self.read(["signal", "gateway"])
    #expect(
      both.checks(of: both.uplinks[1], in: both.groups[0]).map(\.name) == ["gateway", "signal"])
    let alone = try Configuration.read(
      Self.tree("signal") { $0["groups", "internet", "check"] = nil }.node)
    #expect(alone.judge(of: alone.uplinks[0], in: alone.groups[0]) == nil)
    #expect(alone.judge(of: alone.uplinks[1], in: alone.groups[0]) == Self.signal)
  }

  @Test
  func `what is wrong with it is told as of a group's`() {
    let problems: [(Tree, String)] = [
      ("signl", "there is no check `signl`; did you mean `signal`?"),
      (["need": "2", "of": ["signal"]], "`need` is 2, and `of` has 1 check: that can never be"),
      (["signal", "signal"], "check `signal` is here twice; once is enough"),
      (
        ["arp": "192.0.2.1"],
        "check `isp2.check` asks on the link itself, and none of its targets "
          + "is in a network of uplink `isp2`"
      ),
    ]
    for (check, message) in problems { #expect(Self.tree(check).messages == [message]) }
    let tunnel = Self.tree(["ping": "gateway"]) {
      $0["uplinks", "isp2", "gateway"] = nil
      $0["groups", "internet", "check"] = nil
    }
    #expect(
      tunnel.messages == [
        "check `isp2.check` asks the gateway, and uplink `isp2` has none of IPv4; add `gateway:` to "
          + "it, or ask an address"
      ])
  }

  @Test
  func `an inline one must get a name of its own`() {
    let taken = Self.tree(["file": "/run/other"]) {
      $0["checks", "isp2.check"] = ["ping": "gateway"]
    }
    #expect(
      taken.messages == [
        "this check gets the name `isp2.check`, and `checks` has one of that name; rename that one"
      ])
    let shared = Self.tree(["file": "/run/other"]) {
      $0["groups", "isp2"] = [
        "route": "10.0.0.0/8", "tiers": ["isp1"], "check": ["ping": "192.0.2.1"],
      ]
    }
    #expect(
      shared.messages == [
        "this check gets the name `isp2.check`, as one in the group `isp2` does; write it under "
          + "`checks`, and name it here"
      ])
  }

  @Test
  func `one of a family that is not there is asked nothing, which is warned of`() throws {
    let lacking = try Configuration.reading(Self.tree(["signal", "far6"]).node)
    #expect(
      lacking.warnings.map(\.message) == [
        "check `far6` has only IPv6 targets, and uplink `isp2` has no IPv6; it is not asked here"
      ])
    let configuration = lacking.configuration
    #expect(
      configuration.checks(of: configuration.uplinks[1], in: configuration.groups[0]).map(\.name)
        == ["gateway", "signal"])
    let idle = try Configuration.reading(
      Self.tree("far6") { $0["uplinks", "isp2", "gateway"] = "auto" }.node)
    #expect(
      idle.warnings.map(\.message) == [
        "check `far6` has only IPv6 targets, and no group holds an IPv6 route by uplink `isp2`; it "
          + "is not asked here"
      ])
    #expect(try Configuration.reading(Self.tree("signal").node).warnings.isEmpty)
  }

  @Test
  func `a budget pays for it too`() throws {
    let tree = Self.tree(["ping": "192.0.2.1", "every": "1s"]) {
      $0["uplinks", "isp2", "budget"] = "1MB/day"
    }
    let sentences = try Configuration.read(tree.node).budgetSentences
    #expect(sentences.count == 2)
    #expect(sentences.last?.hasPrefix("check isp2.check by isp2: while idle probed every") == true)
  }
}
