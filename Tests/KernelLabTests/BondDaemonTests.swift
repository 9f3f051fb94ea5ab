import Client
import Lab
import Model
import Testing

/// The daemon with a bond, on a real kernel: two cables to one network, one address.
@Suite(.needsBonding, .serialized)
struct BondDaemonTests {
  /// A machine with two cables to a bridge, which has 192.0.2.1, and a daemon.
  private func withDaemon(
    _ configuration: String, _ body: (TwoCables, LabDaemon) async throws -> Void
  ) async throws {
    try await LabDaemon.run(configuration, among: ["here", "there"]) { made, _ in
      try TwoCables(between: made[0], and: made[1])
    } _: { network, daemon in
      try await body(network, daemon)
    }
  }

  @Test
  func `a bond is made, fails over, comes back, and is repaired`() async throws {
    let configuration = """
      damping: off
      bonds:
        bond0: { members: [ether1, ether2], primary: ether1, address: 192.0.2.2/24 }
      """
    try await withDaemon(configuration) { network, daemon in
      let (here, there, cables) = (network.here, network.there, network.cables)
      try await daemon.awaitHolders(["ether1"])
      try here.warm(["192.0.2.1"])
      for (cable, next) in [(0, "ether2"), (1, "ether1")] {
        let losses = try Scene.losses(from: here, to: there, "192.0.2.1") {
          try cables[cable].pull()
        }
        // The kernel alone takes up to 100 ms, and then says so.
        #expect(losses.longestOutage <= .milliseconds(100), "\(losses)")
        try await daemon.awaitHolders([next])
        try cables[cable].plug()
      }
      try await daemon.awaitHolders(["ether1"])
      try here.ip("link set ether2 nomaster")
      try await daemon.await("the port that was taken out is back") {
        $0.groups.first?.members.allSatisfy(\.usable) ?? false
      }
      try here.ip("link del bond0")
      try await daemon.awaitHolders(["ether1"])
      let addresses = try Command.run(
        "ip", "-n", here.name, "-4", "-o", "addr", "show", "dev", "bond0")
      #expect(addresses.contains("192.0.2.2/24"))
    }
  }

  /// The seed's one bond with one address, a gateway and resolvers.
  @Test
  func `a bond with a gateway leads out, through loss of either side`() async throws {
    let configuration = """
      bonds:
        bond0:
          members: [ether1, ether2]
          primary: ether1
          mtu: 1400
          address: 192.0.2.2/24
          gateway: 192.0.2.1
          dns: [192.0.2.1, 8.8.8.8]
      """
    try await withDaemon(configuration) { network, daemon in
      try network.there.ip("link set lo up", "addr add 198.51.100.1/32 dev lo")
      try await daemon.await("the way out is held") {
        $0.groups.map(\.active) == [["ether1"], ["bond0"]] && $0.unfinished == 0
      }
      for link in ["bond0", "ether1", "ether2"] {
        #expect(
          try Command.run("ip", "-n", network.here.name, "link", "show", link).contains("mtu 1400"))
      }
      try network.here.warm(["192.0.2.1"])
      for (cable, next) in [(0, "ether2"), (1, "ether1")] {
        let losses = try Scene.losses(from: network.here, to: network.there, "198.51.100.1") {
          try network.cables[cable].pull()
        }
        #expect(losses.longestOutage <= .milliseconds(100), "\(losses)")
        try await daemon.awaitHolders([next])
        try network.cables[cable].plug()
        try await daemon.await("both can be used") {
          $0.groups.first?.members.allSatisfy(\.usable) ?? false
        }
      }
      let status = try await daemon.client.status()
      #expect(status.groups.map(\.name) == ["bond0", "default"])
    }
  }

  @Test
  func `a VLAN on a bond is an uplink, through loss of either side`() async throws {
    let configuration = """
      damping: off
      bonds:
        bond0: { members: [ether1, ether2], primary: ether1 }
      uplinks:
        office: { interface: bond0.7, address: 10.7.0.2/24, gateway: 10.7.0.1 }
      groups:
        internet: { route: default, tiers: [[office]], check: { ping: gateway, every: 200ms } }
      """
    try await withDaemon(configuration) { network, daemon in
      try network.there.ip(
        "link add link lan name lan.7 type vlan id 7", "link set lan.7 up",
        "addr add 10.7.0.1/24 dev lan.7")
      try await daemon.await("the bond is made") { $0.groups.first?.active == ["ether1"] }
      try network.here.ip("link add link bond0 name bond0.7 type vlan id 7", "link set bond0.7 up")
      try await daemon.await("the way out is held") {
        $0.groups.map(\.active) == [["ether1"], ["office"]] && $0.unfinished == 0
      }
      try network.here.warm(["10.7.0.1"])
      let losses = try Scene.losses(from: network.here, to: network.there, "10.7.0.1") {
        try network.cables[0].pull()
      }
      #expect(losses.longestOutage <= .milliseconds(100), "\(losses)")
      try await daemon.await("the other port carries, and the way is the same") {
        $0.groups.map(\.active) == [["ether2"], ["office"]]
      }
    }
  }

  /// Its carrier is there, and nobody answers by it: the port of the switch is disabled.
  @Test
  func `a port behind which the gateway is mute is left, and taken back`() async throws {
    try await withDaemon(TwoCables.bond.text) { network, daemon in
      let (here, there) = (network.here, network.there)
      try await daemon.await("both are judged") {
        $0.groups.first?.members.allSatisfy { $0.health == .up } ?? false
      }
      try await daemon.awaitHolders(["ether1"])
      try here.warm(["192.0.2.1"])
      let losses = try Scene.losses(from: here, to: there, "192.0.2.1") {
        let moment = Moment.now
        try there.setBridgePort("ether1", forwards: false)
        return moment
      }
      // Three probes and their timeout, and an emulated processor's slowness.
      #expect(losses.longestOutage <= .seconds(1), "\(losses)")
      try await daemon.awaitHolders(["ether2"])
      try there.setBridgePort("ether1", forwards: true)
      try await daemon.awaitHolders(["ether1"])
    }
  }
}
