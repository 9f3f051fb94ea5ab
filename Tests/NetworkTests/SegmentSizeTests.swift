import Client
import Glibc
import Lab
import Model
import Testing

/// `mss: clamp`: forwarded TCP is told how large a packet the link takes.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct SegmentSizeTests {
  /// isp2 is asked for one port only. The links take packets of 1400 bytes, all others 1500.
  private static func configuration(_ mss: String) -> String {
    let uplinks = [1, 2].map { number in
      """
        isp\(number):
          interface: ether\(number)
          address: [10.\(number)0.1.2/24, "2001:db8:\(number)::2/64"]
          gateway: [10.\(number)0.1.1, "2001:db8:\(number)::1"]
          nat: masquerade
          nat6: masquerade
          mss: \(mss)

      """
    }
    return """
      uplinks:
      \(uplinks.joined())
      groups:
        internet: { route: default, tiers: [[isp1]] }
        internet6: { route: default6, tiers: [[isp1]] }
        special: { route: default, match: { protocol: tcp, to-port: 8443 }, tiers: [[isp2]] }

      """
  }

  @Test(arguments: [
    ("keep", OfficeNetwork.destination, 1_460), ("keep", OfficeNetwork.destination6, 1_440),
    ("clamp", OfficeNetwork.destination, 1_360), ("clamp", OfficeNetwork.destination6, 1_340),
  ])
  func `both ends of a handshake hear what the link takes, where it is to be told`(
    mss: String, address: String, size: Int
  ) async throws {
    try await Self.run(mss) { scene in
      let heard = try scene.handshake(address, port: 8_080)
      #expect(heard == Heard(inside: [size], outside: [size]))
    }
  }

  /// What comes back says 1460 still: for its way the kernel asks as if it were any traffic, and so
  /// of the other link. Hosts inside are told by this machine when they send too much.
  @Test
  func `what leaves by a link is cut, though another one holds the default`() async throws {
    try await Self.run("clamp", narrow: ["ether2"]) { scene in
      let special = try scene.handshake(OfficeNetwork.destination, port: 8_443)
      #expect(special.outside == [1_360])
      let other = try scene.handshake(OfficeNetwork.destination, port: 8_080)
      #expect(other == Heard(inside: [1_460], outside: [1_460]))
    }
  }

  private static func run(
    _ mss: String, narrow interfaces: [String] = ["ether1", "ether2"],
    _ body: (ExampleScene) async throws -> Void
  ) async throws {
    try await ExampleScene.run(configuration: configuration(mss), [.ethernet, .ethernet]) {
      network in
      for name in interfaces { try network.gateway.ip("link set \(name) mtu 1400") }
    } _: { scene in
      for (group, holder) in [("internet", "isp1"), ("internet6", "isp1"), ("special", "isp2")] {
        try await scene.awaitHolders([holder], of: group)
      }
      try await body(scene)
    }
  }
}

/// The segment sizes that each side was told by the other.
private struct Heard: Equatable {
  let inside: [Int]
  let outside: [Int]
}

extension ExampleScene {
  /// A client inside opens a connection.
  fileprivate func handshake(_ address: String, port: UInt16) throws -> Heard {
    for namespace in [network.client, network.internet] {
      try namespace.nft(
        """
        table inet heard
        delete table inet heard
        table inet heard {
          set sizes { typeof tcp option maxseg size; flags dynamic; size 16; }
          chain in {
            type filter hook input priority 0; policy accept;
            tcp flags & (syn | rst) == syn add @sizes { tcp option maxseg size }
          }
        }

        """)
    }
    _ = try TCPFlow(from: network.client, to: network.internet, address, port: port)
    return Heard(inside: try sizes(network.client), outside: try sizes(network.internet))
  }

  private func sizes(_ namespace: Namespace) throws -> [Int] {
    let listed = try Command.run(
      namespace.command(["nft", "list", "set", "inet", "heard", "sizes"]))
    let elements = listed.firstMatch(of: /elements = \{([0-9, ]*)\}/)?.1 ?? ""
    return elements.split { !$0.isNumber }.compactMap { Int($0) }
  }
}
