import Config
import Model
import Testing

/// What the daemon asks of the machine for itself.
@Suite struct ProcessTests {
  private func pair(_ process: Tree) -> Tree { Tree.pair { $0["process"] = process } }

  @Test func `it asks for nothing by itself`() throws {
    #expect(try Configuration.read(Tree.pair.node).process == ProcessSettings())
  }

  @Test func `a priority and locked memory are read, and written as they were`() throws {
    let both = try Configuration.read(pair(["realtime": "10", "memory": "locked"]).node)
    #expect(both.process == ProcessSettings(realtime: 10, locksMemory: true))
    #expect(try Configuration.read(both.terseTree) == both)
    let one = try Configuration.read(pair(["realtime": "50"]).node)
    #expect(one.process == ProcessSettings(realtime: 50))
  }

  @Test func `what is no priority is refused`() {
    for wrong in ["0", "51", "99", "-1", "high", "10ms"] {
      #expect(pair(["realtime": .text(wrong)]).problems.count == 1, "\(wrong)")
    }
    #expect(
      pair(["memory": "true"]).messages == ["`memory` takes `pageable` or `locked`, not `true`"])
    #expect(pair(["lock-memory": "locked"]).problems.count == 1)
  }
}
