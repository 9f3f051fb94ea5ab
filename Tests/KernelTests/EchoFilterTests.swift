import Glibc
import Model
import Testing
import Wire

@testable import Kernel

/// Which answers a socket of echoes is given, and how many at once.
struct EchoFilterTests {
  /// Sockets of echoes on `lo`, and what has come by them.
  private final class Asker {
    let loop: EventLoop
    private(set) var heard: [ICMPEcho] = []
    private let host: IPAddress
    private var sockets: ProbeSockets?

    init(_ host: IPAddress) throws {
      self.host = host
      let loop = try EventLoop()
      self.loop = loop
      sockets = ProbeSockets(loop: loop) { [unowned self] arrival, _, _ in
        guard case .icmp(let message, _) = arrival,
          let echo = try? ICMPEcho(parsing: message, family: host.family)
        else { return }
        heard.append(echo)
      }
    }

    func ask(_ payload: [UInt8], times: Int = 1) throws {
      let echo = ICMPEcho(
        kind: .request, family: host.family, identifier: 1, sequence: 1, payload: payload)
      for _ in 0..<times {
        try sockets?.send(
          Datagram(
            interface: InterfaceIndex(Int32(if_nametoindex("lo"))), source: nil,
            destination: host, payload: echo.bytes))
      }
    }

    /// All that is there: on `lo` answers have come before a question has been sent.
    func listen() {
      var before = -1
      while heard.count > before {
        before = heard.count
        loop.wait(until: .zero)
      }
    }
  }

  private static let hosts = [IPAddress("127.0.0.1")!, IPAddress("::1")!]

  @Test(arguments: hosts)
  func `answers that do not begin as its echoes do are not heard`(host: IPAddress) throws {
    let (one, other) = (try Asker(host), try Asker(host))
    for _ in 0..<3 {
      try one.ask([1, 2, 3, 0xff, 5])
      try other.ask([0xff, 2, 3, 4, 5])
    }
    one.listen()
    other.listen()
    #expect(one.heard.map(\.payload) == Array(repeating: [1, 2, 3, 0xff, 5], count: 3))
    #expect(other.heard.map(\.payload) == Array(repeating: [0xff, 2, 3, 4, 5], count: 3))
  }

  @Test(arguments: hosts)
  func `should its echoes begin in several ways, it hears all answers`(host: IPAddress) throws {
    let asker = try Asker(host)
    try asker.ask([1, 2, 3, 4])
    try asker.ask([5, 6, 7, 8])
    try asker.ask([1, 2])
    asker.listen()
    let heard = asker.heard.map(\.payload)
    for payload: [UInt8] in [[1, 2, 3, 4], [5, 6, 7, 8], [1, 2]] {
      #expect(heard.contains(payload))
    }
  }

  @Test
  func `of many answers a slice is read at once, and nothing is judged by what is not read`() throws
  {
    let asker = try Asker(Self.hosts[0])
    try asker.ask([1, 1, 1, 1], times: 3 * ProbeSockets.slice)
    usleep(20_000)
    asker.loop.wait(until: .zero)
    #expect(asker.heard.count == ProbeSockets.slice)
    let now = Clock.now
    #expect(asker.loop.momentToJudge(at: now) <= now - .milliseconds(20))
    asker.listen()
    #expect(asker.heard.count == 3 * ProbeSockets.slice)
    #expect(asker.loop.momentToJudge(at: now) == now)
  }
}
