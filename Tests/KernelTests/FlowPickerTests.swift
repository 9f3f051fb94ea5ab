import Glibc
import Lab
import Model
import Testing

@testable import Kernel

/// Flows of a link of two groups, in a kernel that has thousands of them.
@Suite(.enabled(if: geteuid() == 0, "needs root"))
struct FlowPickerTests {
  private static let count = 10_000
  private static let calls = 5_060
  private static let web = 443

  /// Every other one is a call, and every fifth is of another link.
  private static let flows = (0..<count).map { number in
    """
    -A -s 192.168.1.\(1 + number / 5_000) -d 203.0.113.10 -p udp --sport \(10_000 + number) \
    --dport \(number.isMultiple(of: 2) ? calls : web) --src-nat 10.20.1.2 -t 100 \
    -m \(number.isMultiple(of: 5) ? 0x100 : 0x200)

    """
  }.joined()

  @Test
  func `of many flows of a link those in the share end, and no others`() throws {
    let made = try Namespace.make(tag: "picker", roles: ["alone"])
    let result = Result { try pick(in: made[0]) }
    try Namespace.remove(made)
    try result.get()
  }

  private func pick(in namespace: Namespace) throws {
    try Command.run(namespace.command(["conntrack", "-R", "/dev/stdin"]), input: Self.flows)
    var call = Selector()
    call.transport = 17
    call.toPorts = UInt16(Self.calls)...UInt16(Self.calls)
    let filter = FlowFilter(
      mark: 0x200, mask: 0x3f00, family: .ipv4, scope: .translated,
      share: FlowShare(taken: [call], earlier: [], later: [.all]))
    let refusal = try namespace.run { try FlowPicker().end([filter]) }
    #expect(refusal == nil)
    #expect(try left(namespace, port: Self.calls, mark: 0x200) == 0)
    #expect(try left(namespace, port: Self.calls, mark: 0x100) == Self.count / 10)
    #expect(try left(namespace, port: Self.web, mark: 0x200) == Self.count * 2 / 5)
    #expect(try left(namespace, port: Self.web, mark: 0x100) == Self.count / 10)
  }

  /// How many flows there are to a port by a link.
  private func left(_ namespace: Namespace, port: Int, mark: Int) throws -> Int {
    try Command.run(
      namespace.command(["conntrack", "-L", "-p", "udp", "--dport", "\(port)", "-m", "\(mark)"])
    ).split(separator: "\n").count
  }
}
