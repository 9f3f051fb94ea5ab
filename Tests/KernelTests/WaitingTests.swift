import Glibc
import Model
import Testing
import Wire

@testable import Kernel

/// How long an answer lay in its socket while nobody came for it.
struct WaitingTests {
  @Test(arguments: [IPAddress("127.0.0.1")!, IPAddress("::1")!])
  func `an answer tells how long it has waited for a daemon that had no time`(
    host: IPAddress
  ) throws {
    let loop = try EventLoop()
    var waits: [Duration] = []
    let sockets = ProbeSockets(loop: loop) { _, _, waited in waits.append(waited) }
    let echo = ICMPEcho(
      kind: .request, family: host.family, identifier: 4_711, sequence: 1, payload: [1, 2, 3, 4])
    let started = Clock.now
    try sockets.send(
      Datagram(
        interface: InterfaceIndex(Int32(if_nametoindex("lo"))), source: nil, destination: host,
        payload: echo.bytes))
    // The daemon gets no CPU for as long.
    usleep(200_000)
    loop.wait(until: started)
    let waited = try #require(waits.first)
    #expect(waited >= .milliseconds(150) && waited <= Clock.now - started)
  }

  @Test
  func `what is taken at once has hardly waited`() throws {
    let loop = try EventLoop()
    var waits: [Duration] = []
    let sockets = ProbeSockets(loop: loop) { _, _, waited in waits.append(waited) }
    let echo = ICMPEcho(
      kind: .request, family: .ipv4, identifier: 4_712, sequence: 1, payload: [1, 2, 3, 4])
    let started = Clock.now
    try sockets.send(
      Datagram(
        interface: InterfaceIndex(Int32(if_nametoindex("lo"))), source: nil,
        destination: IPAddress("127.0.0.1")!, payload: echo.bytes))
    loop.wait(until: started + .seconds(1))
    #expect(try #require(waits.first) <= Clock.now - started)
  }
}
