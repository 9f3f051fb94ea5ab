import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// Whatever those who connect do, the loop is not delayed, and others get their answers.
  struct ClientTests {
    private static let question = "GET /v1/status HTTP/1.1\r\nhost: siaga\r\n\r\n"
    /// Of what they made it take, most is free again.
    private static let mostMemory = 256 << 20

    @Test
    func `hundreds who connect and say nothing keep nobody out, and are let go`() async throws {
      try await Scene.steady(asked: 2) { scene in
        let silent = (0..<300).map { _ in RawClient(scene.daemon.socket) }
        let asked = Moment.now
        for _ in 0..<5 { _ = try await scene.client.status() }
        #expect(Moment.now - asked < .seconds(5))
        try await scene.switchesInTime()
        #expect(try scene.daemon.openDescriptors() < 150)
        try await eventually("all are let go", within: .seconds(15)) {
          silent.allSatisfy { $0?.isLetGo ?? true }
        }
      }
    }

    @Test
    func `all who came while it stood still are let in, one after another`() async throws {
      try await Scene.steady() { scene in
        scene.daemon.program.signal(SIGSTOP)
        let silent = (0..<250).map { _ in RawClient(scene.daemon.socket) }
        scene.daemon.program.signal(SIGCONT)
        for _ in 0..<5 { _ = try await scene.client.status() }
        #expect(silent.count { $0?.isLetGo ?? true } >= 200)
      }
    }

    @Test
    func `ended while hundreds knock, it ends in order`() async throws {
      for _ in 0..<5 {
        try await Scene.run { scene in
          try await scene.awaitHolder("isp1")
          let program = scene.daemon.program
          program.signal(SIGSTOP)
          let knocking = (0..<250).map { _ in RawClient(scene.daemon.socket) }
          for signal in [SIGTERM, SIGCONT] { program.signal(signal) }
          #expect(program.wait(atMost: .seconds(10))?.isSuccess == true)
          #expect(knocking.count == 250)
        }
      }
    }

    @Test
    func `garbage, endless heads and bodies, and ears that never open are borne`() async throws {
      try await Scene.steady(asked: 2) { scene in
        let socket = scene.daemon.socket
        let start = Moment.now
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
          let garbage = (0..<2_000).map { _ in UInt8.random(in: 0...255, using: &random) }
          RawClient(socket)?.say(garbage)
        }
        RawClient(socket)?.say(
          "GET /v1/status HTTP/1.1\r\nx: " + String(repeating: "y", count: 1 << 22))
        RawClient(socket)?.say(
          "GET / HTTP/1.1\r\n" + String(repeating: "x: y\r\n", count: 100_000))
        let mebibyte = [UInt8](repeating: 0x61, count: 1 << 20)
        let talkers = Crowd(8) { number in
          guard let client = RawClient(socket) else { return }
          let length =
            number % 2 == 0 ? "content-length: 99999999999" : "transfer-encoding: chunked"
          client.say("POST /v1/plan HTTP/1.1\r\nhost: siaga\r\n\(length)\r\n\r\n")
          let chunk = number % 2 == 0 ? mebibyte : Array("100000\r\n".utf8) + mebibyte + [13, 10]
          while Moment.now - start < .seconds(20), client.say(chunk) {}
        }
        // They ask, and never listen.
        let deaf = (0..<40).map { _ in RawClient(socket) }
        for client in deaf { client?.say(String(repeating: Self.question, count: 200)) }
        let patient = DaemonClient(socket: socket, timeout: .seconds(30))
        for _ in 0..<5 { _ = try await patient.status() }
        try await scene.switchesInTime()
        // Whoever talks without end is let go.
        try await talkers.isOver(within: .seconds(18))
        #expect(try scene.daemon.residentMemory() < Self.mostMemory)
        try await eventually("who never listens is let go", within: .seconds(15)) {
          try scene.daemon.openDescriptors() < 60
        }
      }
    }

    @Test
    func `as many questions as can be asked delay no switch`() async throws {
      try await Scene.steady(asked: 2) { scene in
        let socket = scene.daemon.socket
        let start = Moment.now
        let askers = Crowd(4) { _ in
          guard let client = RawClient(socket) else { return }
          let questions = String(repeating: Self.question, count: 100)
          while Moment.now - start < .seconds(4), client.say(questions) {
            while let count = client.hear(), count == 65_536 {}
          }
        }
        try await scene.switchesInTime()
        _ = try await scene.client.status()
        try await askers.isOver(within: .seconds(15))
        #expect(try scene.daemon.residentMemory() < Self.mostMemory)
      }
    }

    @Test(arguments: [Environment.isSoak ? 20_000 : 500])
    func `whoever looks again and again costs nothing that stays`(times: Int) async throws {
      try await Scene.steady { scene in
        for _ in 0..<100 { _ = try await scene.client.status() }
        let (descriptors, memory) = (
          try scene.daemon.openDescriptors(), try scene.daemon.residentMemory()
        )
        for _ in 0..<times { _ = try await scene.client.status() }
        try await eventually("connections are closed", within: .seconds(5)) {
          try scene.daemon.openDescriptors() <= descriptors
        }
        #expect(try scene.daemon.residentMemory() < memory + 8 << 20)
      }
    }
  }
}
