import Client
import Lab
import Model
import Testing

extension Faults {
  /// What the sockets of probes are refused, and what becomes of them.
  struct SocketErrorTests {
    /// Probes that this machine itself does not let out say nothing of the network.
    @Test(arguments: ProbeKind.all)
    func `what cannot be sent is no verdict, and is told`(kind: ProbeKind) async throws {
      try await kind.steady { scene in
        let before = try await scene.client.status().groups[0].switches
        let sockets = try scene.probeSockets()
        for hindrance in ProbeHindrance.all(for: kind) {
          try hindrance.put(scene.network.gateway)
          try await scene.awaitUnsent(hindrance.error, hindrance.remedy)
          try hindrance.taken(scene.network.gateway)
          try await scene.await("\(hindrance.error) is told no more") {
            $0.groups[0].members[0].checks[0].note == nil
          }
        }
        let after = try await scene.awaitHolder("isp1")
        #expect(after.switches == before)
        #expect(try scene.probeSockets() == sockets)
        try scene.network.isp1.cable.pull()
        try await scene.awaitHolder("isp2")
      }
    }

    /// A socket that is bound to it is told ENETDOWN, whatever it does next.
    @Test(arguments: ProbeKind.all)
    func `a link that is set down and up again is probed by the same socket`(
      kind: ProbeKind
    ) async throws {
      try await kind.steady { scene in
        let sockets = try scene.probeSockets()
        for _ in 0..<3 {
          try scene.network.gateway.setLink("ether1", up: false)
          let status = try await scene.await("isp2 holds") { $0.groups.first?.active == ["isp2"] }
          let isp1 = status.groups[0].members[0]
          #expect(!isp1.usable && isp1.health != .down)
          try scene.network.gateway.setLink("ether1", up: true)
          try await scene.awaitHolder("isp1")
          try await scene.awaitHealth()
        }
        #expect(try scene.probeSockets() == sockets)
      }
    }

    /// The kernel says so in this machine's own name (EHOSTUNREACH), to TCP in IPv4 alone.
    @Test(arguments: ProbeKind.all)
    func `a neighbour that is silent is down, and up once it answers`(kind: ProbeKind) async throws
    {
      try await kind.steady { scene in
        let gateway = scene.network.gateway
        let family = kind.isIPv6 ? "ipv6" : "ipv4"
        // Three questions, 20 ms each: the kernel gives up before a probe is lost.
        try gateway.set(["net.\(family).neigh.ether1.retrans_time_ms": "20"])
        try scene.network.isp1.router.nft(kind.isIPv6 ? Self.deaf6 : Self.deaf4)
        try gateway.ip("neigh flush dev ether1")
        let status = try await scene.awaitHolder("isp2")
        #expect(status.members[0].health == .down)
        if kind.check == .tcp, !kind.isIPv6 {
          try await scene.await("it is told") {
            $0.groups[0].members[0].checks[0].note?.contains(
              "failed: No route to host (EHOSTUNREACH)")
              == true
          }
        }
        try scene.network.isp1.router.nft(
          "delete table \(kind.isIPv6 ? "ip6" : "arp") deaf")
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
      }
    }

    private static let deaf4 =
      "table arp deaf { chain in { type filter hook input priority 0; arp operation request drop; }; }"
    private static let deaf6 = """
      table ip6 deaf {
        chain in { type filter hook input priority 0; icmpv6 type nd-neighbor-solicit drop; }
      }
      """
  }
}

extension Scene {
  /// Waits until a dozen of isp1's probes did not leave, and it is told why.
  fileprivate func awaitUnsent(_ error: String, _ remedy: String) async throws {
    let before = try await client.status().groups[0].members[0].checks[0].unsent
    try await self.await("a note of \(error)", within: .seconds(15)) {
      let check = $0.groups[0].members[0].checks[0]
      let note = check.note ?? ""
      return check.unsent > before + 12 && note.hasPrefix("cannot probe: ")
        && note.contains(error) && note.contains(remedy)
    }
  }

  /// Those on the gateway that stay from probe to probe, by their inodes.
  fileprivate func probeSockets() throws -> Set<Substring> {
    let list = try Command.run(
      "ip", "netns", "exec", network.gateway.name, "ss", list: ["-Hnae", "-w", "-u", "-0"])
    return Set(list.matches(of: /ino:([0-9]+)/).map(\.1))
  }
}
