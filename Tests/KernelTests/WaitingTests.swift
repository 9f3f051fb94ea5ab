import Glibc
import Model
import Testing

@testable import Kernel

/// How long an answer lay in its socket while nobody came for it.
struct WaitingTests {
  /// An echo to this machine itself, whose answer is taken only after a while.
  /// - Returns: how long the answer says that it has waited, and how long it can have at most.
  private static func echo(
    _ host: IPAddress, identifier: UInt16, takenAfter pause: useconds_t
  ) throws -> (waited: Duration, atMost: Duration) {
    let loop = try EventLoop()
    var waits: [Duration] = []
    let sockets = ProbeSockets(loop: loop) { arrival, _, waited in
      // Raw sockets hear the answers to others, too.
      guard case .echo(let echo, _) = arrival, echo.identifier == identifier else { return }
      waits.append(waited)
    }
    let started = Clock.now
    try sockets.send(question(of: host, identifier: identifier))
    usleep(pause)
    while waits.isEmpty, Clock.now - started < .seconds(10) {
      loop.wait(until: started + .seconds(10))
    }
    return (try #require(waits.first), Clock.now - started)
  }

  private static func question(of host: IPAddress, identifier: UInt16) -> Datagram {
    Datagram(
      .echo(NumberedEcho(identifier: identifier, sequence: 1, first: 1 << 32, second: 1)),
      interface: InterfaceIndex(Int32(if_nametoindex("lo"))), source: nil, destination: host)
  }

  /// The kernel begins to stamp a moment after a first socket asks for it, and goes on while one
  /// is open.
  @Test(arguments: [IPAddress("127.0.0.1")!, IPAddress("::1")!])
  func `an answer tells how long it has waited for a daemon that had no time`(
    host: IPAddress
  ) throws {
    let loop = try EventLoop()
    let open = ProbeSockets(loop: loop) { _, _, _ in }
    try open.send(Self.question(of: host, identifier: 4_710))
    var found = (waited: Duration.zero, atMost: Duration.zero)
    for _ in 0..<20 where found.waited < .milliseconds(150) {
      found = try Self.echo(host, identifier: 4_711, takenAfter: 200_000)
    }
    #expect(found.waited >= .milliseconds(150) && found.waited <= found.atMost)
    withExtendedLifetime(open) {}
  }

  @Test
  func `what is taken at once has hardly waited`() throws {
    let (waited, atMost) = try Self.echo(
      IPAddress("127.0.0.1")!, identifier: 4_712, takenAfter: 0)
    #expect(waited <= atMost)
  }
}
