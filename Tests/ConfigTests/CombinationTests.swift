import Config
import Model
import Testing

/// Checks put together: `{ need: 2, of: [a, b, { any: [c, d] }] }`.
@Suite struct CombinationTests {
  private static func tree(_ check: Tree) -> Tree {
    Tree.dualWAN {
      for name in ["a", "b", "c", "d"] { $0["checks", name] = ["ping": "192.0.2.1"] }
      $0["groups", "internet", "check"] = check
    }
  }

  private static func judge(_ check: Tree) throws -> Judge? {
    try Configuration.read(tree(check).node).groups[0].judge
  }

  private static let (a, b, c, d) = (
    Judge.check("a"), Judge.check("b"), Judge.check("c"), Judge.check("d")
  )

  static let meanings: [(Tree, Judge)] = [
    (["need": "2", "of": ["a", "b", "c"]], .need(2, of: [a, b, c])),
    (["of": ["a", "b"], "need": "1"], .need(1, of: [a, b])),
    (["any": ["a", "b", "c"]], .need(1, of: [a, b, c])),
    (["all": ["a", "b", "c"]], .need(3, of: [a, b, c])),
    (["a", "b"], .need(2, of: [a, b])),
    (
      ["need": "2", "of": ["a", "b", ["any": ["c", "d"]]]],
      .need(2, of: [a, b, .need(1, of: [c, d])])
    ),
    (["a", ["any": ["b", "c"]]], .need(2, of: [a, .need(1, of: [b, c])])),
    // The same check may speak in several places, only not twice in one list.
    (
      ["any": [["all": ["a", "b"]], ["all": ["a", "c"]]]],
      .need(1, of: [.need(2, of: [a, b]), .need(2, of: [a, c])])
    ),
    // One of one is that one.
    (["any": ["a"]], a), (["need": "1", "of": [["all": ["a"]]]], a),
    (
      [["any": ["a", "b"]]],
      .need(1, of: [a, b])
    ),
  ]

  @Test(arguments: meanings)
  func `checks are put together as they stand`(check: Tree, judge: Judge) throws {
    #expect(try Self.judge(check) == judge)
  }

  @Test func `what was put together is written back in the fewest words`() throws {
    let written: [(Tree, String)] = [
      (
        ["need": "2", "of": ["a", "b", ["any": ["c", "d"]]]],
        "check: { need: 2, of: [a, b, { any: [c, d] }] }"
      ),
      (["need": "1", "of": ["a", "b"]], "check: { any: [a, b] }"),
      (["need": "2", "of": ["a", "b"]], "check: [a, b]"),
      (["all": ["a", ["all": ["b", "c"]]]], "check: [a, { all: [b, c] }]"),
      (["any": ["a"]], "check: a"),
    ]
    for (check, line) in written {
      let resolved = try Configuration.read(Self.tree(check).node).resolved
      #expect(resolved.contains("    \(line)\n"), "\(resolved)")
    }
  }

  @Test func `inline checks are named after their place`() throws {
    let ping: Tree = ["ping": "192.0.2.9"]
    let configuration = try Configuration.read(
      Self.tree(["need": "2", "of": ["a", ping, ["any": ["b", ping, ["all": [ping, ping]]]]]]).node)
    let names = configuration.checks.map(\.name.text).filter { $0.hasPrefix("internet") }
    #expect(
      names == [
        "internet.check.2", "internet.check.3.2", "internet.check.3.3.1", "internet.check.3.3.2",
      ])
    #expect(configuration.groups[0].judge?.checks.count == 6)
    let sole = try Configuration.read(Self.tree(["any": [["all": [ping]]]]).node)
    #expect(sole.groups[0].judge == .check("internet.check"))
  }

  @Test(
    arguments: [
      (["need": "3", "of": ["a", "b"]], "`need` is 3, and `of` has 2 checks: that can never be"),
      (["need": "2", "of": ["a"]], "`need` is 2, and `of` has 1 check: that can never be"),
      (["need": "0", "of": ["a", "b"]], "`need` takes a number from 1 to 16, not `0`"),
      (["need": "most", "of": ["a"]], "`need` takes a number from 1 to 16, not `most`"),
      (["need": "2"], "`need` goes with `of`: of which checks so many must be up"),
      (["of": ["a", "b"]], "`of` goes with `need`: how many of these must be up"),
      (["need": "1", "of": []], "`of` is an empty list; put a check in it"),
      (["any": []], "`any` is an empty list; put a check in it"),
      (["all": []], "`all` is an empty list; put a check in it"),
      (["any": "a"], "`any` takes a list of checks, not `a`"),
      (["any": ["all": ["a"]]], "`any` takes a list of checks, not a mapping"),
      (["any": ["a", "b", "a"]], "check `a` is here twice; once is enough"),
      (["any": ["a", ["all": ["b", "b"]]]], "check `b` is here twice; once is enough"),
      (["any": ["a", ["all": ["a"]]]], "check `a` is here twice; once is enough"),
      (
        [["any": ["a", "b"]], ["any": ["a", "b"]]],
        "the same combination of checks is here twice; once is enough"
      ),
      (["any": ["a", "gatway"]], "there is no check `gatway`; did you mean `gateway`?"),
      (["any": ["x", ["all": ["x", "a"]]]], "there is no check `x`"),
      (["anny": ["a", "b"]], "`check` has no key `anny`; did you mean `any`?"),
      (["need": "1", "off": ["a", "b"]], "`check` has no key `off`; did you mean `of`?"),
      (["any": ["a"], "wann": "now"], "`check` has no key `wann`"),
      (
        ["any": ["a"], "all": ["b"]],
        "`check` takes one of `need` with `of`, `any` and `all`; put one inside the other"
      ),
      (
        ["need": "1", "any": ["b"]],
        "`check` takes one of `need` with `of`, `any` and `all`; put one inside the other"
      ),
      (["ping": "gateway", "any": ["a"]], "an inline check has no key `any`"),
      (
        ["ping": "gateway", "need": "2"], "check `internet.check` can never be up: it needs 2 of 1"
      ),
      (["a", ["b", "c"]], "`check`: a list inside a list is written as `{ all: [a, b] }`"),
      (["any": ["a", ["b"]]], "`any`: a list inside a list is written as `{ all: [a, b] }`"),
      (["any": [nil, "a"]], "`any` takes a check's name or an inline check, not nothing"),
    ] as [(Tree, String)])
  func `what cannot be meant is told`(check: Tree, message: String) {
    #expect(Self.tree(check).messages == [message])
  }

  @Test func `a problem stands where the mistake is`() {
    let tree = Self.tree(["need": "3", "of": ["a", ["any": ["b"]]]])
    let line = tree.problems[0].prefix { $0 != " " }
    // `need:` starts in column 7 of the line after `check:`.
    #expect(line.hasSuffix(":13:"), "\(line)")
  }

  /// - Returns: a check in so many lists.
  private static func nested(_ depth: Int) -> Tree {
    (1..<depth).reduce(["any": ["a", "b"]]) { inner, _ in ["any": ["c", inner]] }
  }

  @Test func `four lists may stand one inside the other, and no more`() {
    #expect(Self.tree(Self.nested(4)).problems == [])
    let message =
      "`check` is nested too deep here; at most 4 lists stand one inside the other"
    #expect(Self.tree(Self.nested(5)).messages == [message])
    #expect(Self.tree(Self.nested(40)).messages == [message])
    // A list of several around them is one of them; a list of one says nothing.
    #expect(Self.tree(["d", Self.nested(3)]).problems == [])
    #expect(Self.tree(["d", Self.nested(4)]).messages == [message])
    #expect(Self.tree([Self.nested(4)]).problems == [])
  }

  @Test func `sixteen checks may be asked, and no more`() {
    func several(_ count: Int) -> Tree {
      .list((0..<count).map { ["ping": .text("192.0.2.\($0 + 1)")] })
    }
    #expect(Self.tree(["any": [["all": several(8)], ["all": several(8)]]]).problems == [])
    #expect(
      Self.tree(["any": [["all": several(8)], ["all": several(9)]]]).messages
        == ["`check` asks 17 checks, and takes at most 16"])
    #expect(
      Self.tree(["any": several(17)]).messages == ["`any` takes at most 16, and these are 17"])
    #expect(Self.tree(several(17)).messages == ["`check` takes at most 16, and these are 17"])
  }

  /// The longest name of a group, and the longest way to a check: each name is one that `checks`
  /// takes, so that what is resolved reads back.
  @Test func `the name of a check so deep inside is no longer than a name may be`() throws {
    let ping: Tree = ["ping": "192.0.2.1"]
    let deep: Tree = ["any": [ping, ["any": [ping, ["any": [ping, ping]]]]]]
    let check: Tree = ["any": .list([Tree](repeating: ping, count: 9) + [deep])]
    let group = String(repeating: "g", count: 32)
    let tree = Tree.dualWAN {
      $0["groups", group] = ["route": "10.0.0.0/8", "tiers": ["isp1"], "check": check]
    }
    let configuration = try Configuration.read(tree.node)
    let longest = configuration.checks.map(\.name.text.utf8.count).max()
    #expect(longest == 32 + ".check.10.2.2.2".utf8.count)
    #expect((longest ?? 0) <= 48)
  }
}
