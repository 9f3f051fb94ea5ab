import Config
import Model
import Testing

@Suite struct HookTests {
  static let told: Hook = Hook(["/usr/local/bin/told"])

  static let writings: [(Tree, [Hook])] = [
    (["/usr/local/bin/told"], [told]),
    ([["/usr/local/bin/told"]], [told]),
    ([["/usr/local/bin/told", "--group", ""]], [Hook(["/usr/local/bin/told", "--group", ""])]),
    ([["/opt/my hooks/told"]], [Hook(["/opt/my hooks/told"])]),
    (["/bin/b", "/bin/a"], [Hook(["/bin/b"]), Hook(["/bin/a"])]),
    (
      [["run": ["/bin/a", "x"], "timeout": "2m"], ["run": "/bin/b"]],
      [Hook(["/bin/a", "x"], timeLimit: .seconds(120)), Hook(["/bin/b"])]
    ),
  ]

  @Test(arguments: writings)
  func `hooks are a list of programs, each with its words`(tree: Tree, hooks: [Hook]) throws {
    let ofAll = try Configuration.read(Tree.dualWAN { $0["on-change"] = tree }.node)
    #expect(ofAll.hooks == hooks)
    #expect(ofAll.groups[0].hooks == [])
    let ofOne = Tree.dualWAN { $0["groups", "internet", "on-change"] = tree }
    #expect(try Configuration.read(ofOne.node).groups[0].hooks == hooks)
  }

  static let mistakes: [(Tree, String)] = [
    (
      "/usr/local/bin/told",
      "`on-change` takes a list of programs (see `on-change`), not `/usr/local/bin/told`"
    ),
    ([], "`on-change` is an empty list; leave it out"),
    (
      .list((1...9).map { .text("/bin/\($0)") }),
      "`on-change` takes at most 8, and these are 9"
    ),
    (
      ["/usr/local/bin/told --group"],
      "`on-change` has a space in `/usr/local/bin/told --group`, and nothing splits "
        + "words here; write each word as an element of a list; "
        + "did you mean `[/usr/local/bin/told, --group]`?"
    ),
    (
      ["/bin/a", "--group"],
      "`on-change`: `--group` is not the absolute path of a program, such as "
        + "`/usr/local/bin/told`"
    ),
    (
      [["told", "--group"]],
      "`on-change`: `told` is not the absolute path of a program, such as "
        + "`/usr/local/bin/told`"
    ),
    (
      ["/bin/"],
      "`on-change`: `/bin/` is not the absolute path of a program, such as "
        + "`/usr/local/bin/told`"
    ),
    ([["/bin/a", ["b"]]], "`on-change` takes words, not a list"),
    ([["/bin/a", .null]], "`on-change` takes words, not nothing"),
    (
      [[]],
      "`on-change` takes a program's absolute path or a list of it and its arguments, "
        + "not a list"
    ),
    ([["timeout": "5s"]], "`on-change` needs `run`"),
    (
      [["run": "/bin/a", "timeout": "50ms"]],
      "`timeout` takes a duration from 100ms to 10m, not `50ms`"
    ),
    (
      [["run": "told"]],
      "`run`: `told` is not the absolute path of a program, such as `/usr/local/bin/told`"
    ),
  ]

  @Test(arguments: mistakes)
  func `what is no hook is told, each by what is wrong with it`(tree: Tree, message: String) {
    #expect(Tree.dualWAN { $0["on-change"] = tree }.messages == [message])
  }

  @Test func `what is left out is not written, and a list of words stays one`() throws {
    #expect(try !Configuration.read(Tree.dualWAN.node).resolved.contains("on-change"))
    let tree = Tree.dualWAN {
      $0["on-change"] = ["/bin/a", ["/bin/b", "-x"], ["run": "/bin/c", "timeout": "1s"]]
    }
    #expect(
      try Configuration.read(tree.node).resolved.contains(
        "on-change: [/bin/a, [/bin/b, \"-x\"], { run: /bin/c, timeout: 1s }]\n"))
  }
}
