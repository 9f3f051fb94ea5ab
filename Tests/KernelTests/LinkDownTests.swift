import Glibc
import Lab
import Model
import Testing

@testable import Kernel

/// Sockets of probes on a link that is set down under them, in a namespace.
@Suite(.enabled(if: geteuid() == 0, "needs root"))
struct LinkDownTests {
  private struct Question: Sendable {
    let medium: Datagram.Medium
    let destination: IPAddress
    let error: Int32  // what it is refused with
  }

  private static let echo = Datagram.Medium.echo(
    NumberedEcho(identifier: 1, sequence: 1, first: 1, second: 1))

  private static let questions = [
    Question(medium: .arp, destination: IPAddress("192.0.2.1")!, error: ENETDOWN),
    Question(medium: echo, destination: IPAddress("192.0.2.1")!, error: ENETUNREACH),
    Question(medium: .udp(port: 53), destination: IPAddress("192.0.2.1")!, error: ENETUNREACH),
    Question(medium: echo, destination: IPAddress("2001:db8::1")!, error: EADDRNOTAVAIL),
    Question(medium: .udp(port: 53), destination: IPAddress("2001:db8::1")!, error: EADDRNOTAVAIL),
    Question(medium: .neighbor, destination: IPAddress("ff02::1:ff00:1")!, error: EADDRNOTAVAIL),
  ]

  @Test(arguments: questions.indices)
  func `each kind is refused while its link is down, and sends again by the same socket`(
    number: Int
  ) throws {
    let question = Self.questions[number]
    let made = try Namespace.make(tag: "down", roles: ["here", "there"])
    let result = Result { try Self.refusals(of: question, here: made[0], there: made[1]) }
    try Namespace.remove(made)
    let refusals = try result.get()
    #expect(refusals.map(\.code) == Array(repeating: question.error, count: 6))
    #expect(refusals.allSatisfy { $0.ofProbe.hasSuffix("?") || $0.ofProbe.contains("`ip rule`") })
  }

  /// Down, asked three times, and up again: twice.
  private static func refusals(
    of question: Question, here: Namespace, there: Namespace
  ) throws -> [SystemError] {
    try here.ip("link add ether1 type veth peer name ether1 netns \(there.name)")
    try there.ip("link set ether1 up")
    try setUp(here)
    return try here.run {
      let loop = try EventLoop()
      let sockets = ProbeSockets(loop: loop) { _, _, _ in }
      let datagram = Datagram(
        question.medium, interface: InterfaceIndex(Int32(if_nametoindex("ether1"))), source: nil,
        destination: question.destination, payload: [UInt8](repeating: 0, count: 28))
      var refusals: [SystemError] = []
      try sockets.send(datagram)
      for _ in 0..<2 {
        try here.setLink("ether1", up: false)
        for _ in 0..<3 {
          do throws(SystemError) {
            try sockets.send(datagram)
          } catch {
            refusals.append(error)
          }
          loop.wait(until: .zero)  // a pending error is read, and passed over
        }
        try setUp(here)
        try sockets.send(datagram)
      }
      return refusals
    }
  }

  private static func setUp(_ namespace: Namespace) throws {
    try namespace.ip(
      "link set ether1 up", "addr replace 192.0.2.2/24 dev ether1",
      "addr replace 2001:db8::2/64 dev ether1 nodad")
  }
}
