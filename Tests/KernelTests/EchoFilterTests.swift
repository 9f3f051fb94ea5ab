import Glibc
import Model
import Testing

@testable import Kernel

/// Which answers a socket of echoes is given, and how many at once.
struct EchoFilterTests {
  /// Sockets of echoes on `lo`, and what has come by them.
  private final class Asker {
    let loop: EventLoop
    private(set) var heard: [UInt64] = []
    private let host: IPAddress
    private var sockets: ProbeSockets?

    init(_ host: IPAddress) throws {
      self.host = host
      let loop = try EventLoop()
      self.loop = loop
      sockets = ProbeSockets(loop: loop) { [unowned self] arrival, _, _ in
        if case .echo(let echo, _) = arrival { heard.append(echo.first) }
      }
    }

    func ask(_ first: UInt64, times: Int = 1) throws {
      let echo = NumberedEcho(identifier: 1, sequence: 1, first: first, second: 1)
      for _ in 0..<times {
        try sockets?.send(
          Datagram(
            .echo(echo), interface: InterfaceIndex(Int32(if_nametoindex("lo"))), source: nil,
            destination: host))
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
      try one.ask(0x0102_03ff_0000_0005)
      try other.ask(0xff02_0304_0000_0005)
    }
    one.listen()
    other.listen()
    #expect(one.heard == Array(repeating: 0x0102_03ff_0000_0005, count: 3))
    #expect(other.heard == Array(repeating: 0xff02_0304_0000_0005, count: 3))
  }

  @Test(arguments: hosts)
  func `should its echoes begin in several ways, it hears all answers`(host: IPAddress) throws {
    let asker = try Asker(host)
    let beginnings: [UInt64] = [0x0102_0304 << 32, 0x0506_0708 << 32, 0x0102_0305 << 32]
    for first in beginnings { try asker.ask(first) }
    asker.listen()
    #expect(Set(asker.heard).isSuperset(of: beginnings))
  }

  @Test
  func `of many answers a slice is read at once, and nothing is judged by what is not read`() throws
  {
    let asker = try Asker(Self.hosts[0])
    try asker.ask(0x0101_0101 << 32, times: 3 * ProbeSockets.slice)
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
