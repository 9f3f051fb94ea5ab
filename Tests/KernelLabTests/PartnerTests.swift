import Lab
import Testing

/// Bonds that agree with who is at the other end (IEEE 802.1AX, LACP).
@Suite(.needsBonding, .serialized)
struct PartnerTests {
  @Test
  func `two bonds agree on all their links, carry packets, and go on without one`() throws {
    try Scene.with(["here", "there"]) { made, _ in
      let (here, there) = (made[0], made[1])
      let cables = try (1...2).map {
        try VethCable(from: Port(here, "ether\($0)"), to: Port(there, "ether\($0)"))
      }
      let bonds = try made.map {
        try LabBond("bond1", of: ["ether1", "ether2"], on: $0, .lacp, options: "lacp_rate fast")
      }
      for bond in bonds {
        let report = try bond.await("joined with its partner", within: .seconds(60)) {
          $0.ports.allSatisfy(\.isJoined)
        }
        #expect(Set(report.ports.map(\.aggregator)).count == 1)
        #expect(report.partner != "00:00:00:00:00:00")
      }
      try here.ip("addr add 192.0.2.2/24 dev bond1")
      try there.ip("addr add 192.0.2.1/24 dev bond1")
      try Scene.streaming(from: here, to: there, "192.0.2.1") { stream in
        try cables[0].pull()
        try bonds[0].await("without ether1", within: .seconds(10)) {
          $0.ports.map(\.isUp) == [false, true]
        }
        try stream.awaitFlow(within: .seconds(10))
      }
    }
  }
}
