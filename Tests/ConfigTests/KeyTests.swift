import Config
import Testing

/// A section of the valid file, and how to reach it.
struct Place: CustomTestStringConvertible, Sendable {
  let path: [String]
  let subject: String
  let keys: [String]
  let later: [String]

  var testDescription: String { subject }

  func changed(_ change: (inout Tree) -> Void) -> Tree {
    Tree.dualWAN { tree in
      guard path.count == 2 else { return change(&tree) }
      var section = tree[path[0], path[1]] ?? [:]
      change(&section)
      tree[path[0], path[1]] = section
    }
  }

  static let all = [
    Place(
      path: [], subject: "the file",
      keys: [
        "node", "marks", "damping", "on-change", "uplinks", "checks", "bonds", "nodes", "cluster",
        "process", "resolv", "groups",
      ],
      later: ["backends", "api"]),
    Place(
      path: ["uplinks", "isp1"], subject: "uplink `isp1`",
      keys: [
        "interface", "address", "gateway", "dns", "nat", "nat6", "mss", "budget", "check", "lan",
      ],
      later: ["mac", "weight", "priority"]),
    Place(
      path: ["checks", "gateway"], subject: "check `gateway`",
      keys: [
        "ping", "arp", "tcp", "dns", "exec", "file", "wifi", "need", "every", "timeout", "fall",
        "rise",
        "window", "loss", "latency", "jitter",
      ],
      later: ["http", "bfd", "unit"]),
    Place(
      path: ["groups", "internet"], subject: "group `internet`",
      keys: [
        "route", "addresses", "needs", "match", "tiers", "want", "check", "failback", "damping",
        "flows", "last-resort", "on-change",
      ],
      later: ["listen", "sessions", "services", "data"]),
  ]
}

@Suite struct KeyTests {
  @Test func `the dual WAN tree is valid`() {
    #expect(Tree.dualWAN.problems == [])
  }

  @Test(arguments: Place.all)
  func `a misspelt key names the nearest, and nothing else is said`(place: Place) {
    for key in place.keys {
      let misspelt = "\(key)x"
      let tree = place.changed { section in
        section[misspelt] = section[key] ?? "x"
        section[key] = nil
      }
      #expect(
        tree.messages == ["\(place.subject) has no key `\(misspelt)`; did you mean `\(key)`?"])
    }
  }

  @Test(arguments: Place.all)
  func `a key of a later version is refused as such`(place: Place) {
    for key in place.later {
      let tree = place.changed { $0[key] = "x" }
      #expect(tree.messages == ["`\(key)` is not in this version"])
    }
  }

  @Test(arguments: Place.all)
  func `a key that nothing resembles gets no suggestion`(place: Place) {
    let tree = place.changed { $0["supercalifragilistic"] = "x" }
    #expect(tree.messages == ["\(place.subject) has no key `supercalifragilistic`"])
  }

  @Test(arguments: Place.all)
  func `a key without a value is empty`(place: Place) {
    for key in place.keys {
      let tree = place.changed { $0[key] = .null }
      #expect(tree.messages.contains("`\(key):` is empty"), "\(key)")
    }
  }

  @Test(arguments: Place.all)
  func `a key that is there twice is told, with the line of the first`(place: Place) {
    let tree = place.changed { section in
      if case .mapping(let entries) = section {
        section = .mapping(entries + [(entries[0].0, entries[0].1)])
      }
    }
    #expect(tree.messages.count == 1)
    #expect(tree.messages[0].contains(" is here twice; the first is in line "))
  }

  @Test(arguments: Place.all)
  func `a list or a mapping is not a value`(place: Place) {
    let nested = [
      "uplinks", "checks", "bonds", "groups", "tiers", "check", "dns", "loss", "latency",
      "jitter", "lan", "nodes", "cluster", "process", "addresses",
    ]
    for key in place.keys where !nested.contains(key) {
      for value: Tree in [[[[]]], ["a": ["b": "c"]]] {
        let messages = place.changed { $0[key] = value }.messages
        #expect(messages.count == 1, "\(key): \(messages)")
        #expect(messages.first?.hasPrefix("`\(key)`") == true, "\(key): \(messages)")
      }
    }
  }

  @Test(arguments: [
    (["uplinks", "isp1", "interface"], "uplink `isp1` needs `interface`"),
    (["groups", "internet", "tiers"], "group `internet` needs `tiers`"),
    (
      ["groups", "internet", "route"],
      "group `internet` needs exactly one of `route` or `addresses`"
    ),
    (
      ["checks", "gateway", "ping"],
      "check `gateway` needs exactly one of `ping`, `arp`, `tcp`, `dns`, `exec`, `file` or `wifi`"
    ),
  ])
  func `a required key is asked for`(path: [String], message: String) {
    #expect(Tree.dualWAN { $0[path[0], path[1], path[2]] = nil }.messages == [message])
  }

  @Test func `a later way to hold or to check is refused once`() {
    let tree = Tree.dualWAN {
      $0["groups", "internet", "route"] = nil
      $0["groups", "internet", "listen"] = "203.0.113.10:80/tcp"
      $0["checks", "gateway", "ping"] = nil
      $0["checks", "gateway", "http"] = "/health"
    }
    #expect(
      tree.messages == ["`http` is not in this version", "`listen` is not in this version"])
  }

  @Test func `a file without groups has nothing to do`() {
    #expect(
      Tree.dualWAN { $0["groups"] = nil }.messages
        == ["nothing to do: add `groups:` and in it what to keep up"])
    #expect(Tree.dualWAN { $0["groups"] = [:] }.messages == ["`groups` is empty"])
    #expect(Tree.null.problems == ["1:1: the file is empty"])
  }

  @Test func `problems come all at once, by their place`() {
    let tree = Tree.dualWAN {
      $0["uplinks", "isp1", "nat"] = "yes"
      $0["uplinks", "isp2", "gatway"] = "10.20.1.1"
      $0["uplinks", "isp2", "interface"] = "ether1"
      $0["groups", "internet", "tiers"] = [["isp1"], ["isp3"]]
    }
    #expect(
      tree.problems == [
        "6:10: `nat` takes `masquerade`, `none` or an address such as `192.0.2.1`, not `yes`",
        "8:16: interface `ether1` is uplink `isp1`'s already (line 2); "
          + "an interface is one uplink's",
        "12:5: uplink `isp2` has no key `gatway`; did you mean `gateway`?",
        "22:12: there is no uplink `isp3`; did you mean `isp1`?",
      ])
  }

  @Test func `a hundred problems are listed and the others counted`() throws {
    let tree = Tree.dualWAN { tree in
      for number in 1...1_000 { tree["key\(number)"] = "x" }
    }
    let problems = try #require(throws: ConfigProblems.self) {
      try Configuration.read(tree.node)
    }
    #expect(problems.listed.count == 100)
    #expect(problems.unlisted == 900)
    #expect(problems.lines(in: "f.yaml").last == "f.yaml: and 900 more problems")
  }

  @Test func `what the file says cannot reach the terminal as a command`() {
    let message = Tree.dualWAN { $0["groups", "internet", "failback"] = "\u{1b}[2Jauto\u{202e}" }
      .messages
    #expect(
      message == [
        "`failback` takes `auto`, `manual` or a mapping of `after` and `between`, "
          + "not `\\u{1b}[2Jauto\\u{202e}`"
      ])
  }
}
