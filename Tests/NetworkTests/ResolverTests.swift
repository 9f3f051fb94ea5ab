import Client
import Glibc
import Lab
import Model
import Synchronization
import Testing

/// `dns` checks against a resolver that people use, and against ones that lie.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct ResolverTests {
  private static func configuration(_ check: String) -> String {
    SeedConfiguration.fast.text.replacing("ping: gateway", with: check)
  }

  private static func dnsmasq(for provider: Provider, log: String) throws -> Program {
    try Program(
      [
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--bind-interfaces", "--except-interface=lo", "--interface=customer",
        "--address=/example.org/192.0.2.7", "--user=root", "--pid-file=",
      ], in: provider.router, log: log)
  }

  @Test
  func `a resolver that ends is noticed, and one that starts again`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try await Scene.run(Self.configuration("dns: example.org")) { scene in
      let isp1 = scene.network.isp1
      let second = try Self.dnsmasq(for: scene.network.isp2, log: scratch.file("isp2"))
      defer { second.end() }
      var first = try Self.dnsmasq(for: isp1, log: scratch.file("isp1"))
      defer { first.end() }
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      first.end()
      try await scene.awaitHolder("isp2")
      first = try Self.dnsmasq(for: isp1, log: scratch.file("isp1"))
      try await scene.awaitHolder("isp1")
    }
  }

  @Test
  func `a resolver beside a link-local gateway is asked in IPv6, by UDP and by TCP`() async throws {
    let pace = "every: 100ms, timeout: 100ms, fall: 3, rise: 2"
    let configuration = """
      damping: off
      uplinks:
        isp1: { interface: ether1, address: "2001:db8:1::2/64", gateway: "fe80::1" }
        isp2: { interface: ether2, address: "2001:db8:2::2/64", gateway: "fe80::1" }
      checks:
        names: { dns: example.org, \(pace) }
        port: { tcp: "gateway:53", \(pace) }
      groups:
        internet: { route: default6, tiers: [[isp1], [isp2]], check: [names, port] }

      """
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try await Scene.run(
      configuration,
      prepare: { network in
        try network.addIPv6 { _ in "fe80::1/64" }
      }
    ) { scene in
      let resolvers = try scene.network.providers.map {
        try Self.dnsmasq(for: $0, log: scratch.file($0.name))
      }
      defer { resolvers.forEach { $0.end() } }
      try await scene.awaitHolder("isp1", within: .seconds(10))
      try await scene.awaitHealth()
      resolvers[0].end()
      try await scene.awaitHolder("isp2")
    }
  }

  @Test
  func `a resolver that refuses is down, and says what it said`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let check = "dns: { name: elsewhere.example, type: AAAA, server: gateway }"
    try await Scene.run(Self.configuration(check)) { scene in
      let isp1 = try Self.dnsmasq(for: scene.network.isp1, log: scratch.file("isp1"))
      defer { isp1.end() }
      let status = try await scene.await("it is down") {
        $0.groups.first?.members.first?.checks.first?.health == .down
          && $0.groups[0].members[0].checks[0].note != nil
      }
      #expect(status.groups[0].members[0].checks[0].note == "failed: REFUSED")
    }
  }

  @Test
  func `whatever a lying server says is no answer, and ends nothing`() async throws {
    try await Scene.run(Self.configuration("dns: example.org")) { scene in
      let servers = try scene.network.providers.map {
        try LyingServer(at: $0.gateway, in: $0.router)
      }
      defer { servers.forEach { $0.close() } }
      for lie in LyingServer.Lie.allCases where lie != .none {
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        servers[0].tell(lie)
        try await scene.awaitHolder("isp2")
        servers[0].tell(.none)
      }
      try await scene.awaitHolder("isp1")
      #expect(scene.daemon.isRunning)
    }
  }
}

/// Answers queries at port 53, until it is closed.
final class LyingServer: Sendable {
  enum Lie: Int, CaseIterable, Sendable {
    case none, wrongNumber, wrongQuestion, cutShort, query, loop, manyRecords, noise
  }

  private let socket: TestSocket
  private let lie = Atomic(0)
  private let isOver = Atomic(false)
  private let thread = Mutex<WorkerThread?>(nil)

  init(at address: String, in namespace: Namespace) throws {
    socket = try TestSocket(SOCK_DGRAM, in: namespace)
    try socket.bind(address, 53)
    thread.withLock { $0 = WorkerThread { [self] in serve() } }
  }

  func tell(_ lie: Lie) {
    self.lie.store(lie.rawValue, ordering: .relaxed)
  }

  func close() {
    isOver.store(true, ordering: .relaxed)
    socket.shut()
    thread.withLock { $0.take() }?.join()
  }

  private func serve() {
    while !isOver.load(ordering: .relaxed) {
      guard let (query, asker) = socket.receiveBytes(), query.count > 16 else { continue }
      let lie = Lie(rawValue: lie.load(ordering: .relaxed)) ?? .none
      socket.reply(lie.answer(to: query), to: asker)
    }
  }
}

extension LyingServer.Lie {
  /// RFC 1035 §4.1: number, flags, counts, then the question.
  fileprivate func answer(to query: [UInt8]) -> [UInt8] {
    var answer = query
    answer[2] |= 0x80
    switch self {
    case .none: break
    case .wrongNumber: answer[1] ^= 0xff
    case .wrongQuestion: answer[14] ^= 1
    case .cutShort: answer.removeLast(5)
    case .query: answer[2] &= 0x7f
    // Names that point at themselves and at each other (§4.1.4).
    case .loop: answer.replaceSubrange(12..., with: [0xc0, 14, 0xc0, 12, 0, 1, 0, 1])
    case .manyRecords: answer.replaceSubrange(6..<12, with: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    case .noise: answer = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 131) }
    }
    return answer
  }
}
