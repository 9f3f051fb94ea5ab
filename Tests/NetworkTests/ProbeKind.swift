import Glibc
import Lab
import Testing

/// A check of one family, whose probes leave by a kind of socket of its own.
struct ProbeKind: Sendable, CustomTestStringConvertible {
  enum Check: CaseIterable {
    case ping, arp, tcp, dns
  }

  let check: Check
  let isIPv6: Bool

  var testDescription: String { "\(check), \(isIPv6 ? "IPv6" : "IPv4")" }

  static let all = Check.allCases.flatMap {
    [ProbeKind(check: $0, isIPv6: false), ProbeKind(check: $0, isIPv6: true)]
  }

  /// The seed's network, where each provider answers this check; isp1 holds and both are up.
  func steady(_ body: (Scene) async throws -> Void) async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    var answering = Answering()
    defer { answering.end() }
    try await Scene.run(
      text,
      prepare: { network in
        if isIPv6 { try network.addIPv6 { "2001:db8:\($0)::1/64" } }
        for (number, provider) in zip(1..., network.providers) {
          let address = isIPv6 ? "2001:db8:\(number)::1" : provider.gateway
          try answering.begin(check, at: address, of: provider, scratch)
        }
      }
    ) { scene in
      try await scene.awaitHolder("isp1", within: .seconds(15))
      try await scene.awaitHealth()
      try await body(scene)
    }
  }

  private var text: String {
    let uplinks = (1...2).map { number in
      isIPv6
        ? "address: \"2001:db8:\(number)::2/64\", gateway: \"2001:db8:\(number)::1\""
        : "address: 10.\(number)0.1.2/24, gateway: 10.\(number)0.1.1"
    }
    return """
      damping: off
      uplinks:
        isp1: { interface: ether1, \(uplinks[0]) }
        isp2: { interface: ether2, \(uplinks[1]) }
      checks:
        gateway: { \(words), every: 50ms, timeout: 100ms, fall: 3, rise: 2 }
      groups:
        internet: { route: \(isIPv6 ? "default6" : "default"), tiers: [[isp1], [isp2]], check: gateway }

      """
  }

  private var words: String {
    switch check {
    case .ping: "ping: gateway"
    case .arp: "arp: gateway"
    case .tcp: "tcp: gateway:7007"
    case .dns: "dns: { name: example.org, server: gateway }"
    }
  }
}

/// What answers at the providers.
private struct Answering {
  private var listeners: [Listener] = []
  private var resolvers: [Program] = []

  mutating func begin(
    _ check: ProbeKind.Check, at address: String, of provider: Provider,
    _ scratch: ScratchDirectory
  ) throws {
    switch check {
    case .ping, .arp: break
    case .tcp: listeners.append(try Listener(at: address, 7_007, in: provider.router))
    case .dns:
      resolvers.append(
        try Program(
          [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
            "--no-hosts", "--bind-interfaces", "--address=/example.org/192.0.2.7", "--user=root",
            "--pid-file=", "--listen-address=\(address)",
          ], in: provider.router, log: scratch.file(provider.name)))
    }
  }

  mutating func end() {
    listeners.forEach { $0.close() }
    resolvers.forEach { $0.end() }
  }
}
