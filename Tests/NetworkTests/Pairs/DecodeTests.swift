import Lab
import Model
import Testing

extension Pairs {
  /// What we send, as an independent decoder reads it.
  @Suite(.enabled(if: Command.exists("tshark"), "needs tshark"))
  struct DecodeTests {
    /// Both forms of version 3's checksum over IPv4, each as its decoder takes it.
    enum Sum: CaseIterable {
      case pseudoHeader, message
    }

    @Test(arguments: [Dialect.version3, .version2, .ipv6])
    func `tshark has nothing to complain of in what we advertise`(dialect: Dialect) async throws {
      try await Self.decoded(dialect, .pseudoHeader)
    }

    @Test
    func `nor in version 3 with a checksum of the message alone`() async throws {
      try await Self.decoded(.version3, .message)
    }

    private static func decoded(_ dialect: Dialect, _ sum: Sum) async throws {
      let tag = Scene.tag()
      let network = try RouterPair(tag: tag)
      let scratch = try ScratchDirectory(tag: tag)
      let eye = try Program(
        [
          "tshark", "-i", "eth0", "-l", "-n", "-f", "ip proto 112 or ip6 proto 112",
          "-o", "ip.check_checksum:TRUE",
          "-o", "vrrp.v3_checksum_as_in_v2:\(sum == .message ? "TRUE" : "FALSE")",
          "-T", "fields", "-E", "separator=;",
        ] + fields.flatMap { ["-e", $0] }, in: network.client, log: scratch.file("seen"))
      defer { eye.end() }
      try await eventually("tshark listens", within: .seconds(10)) {
        try scratch.read("seen").contains("Capturing")
      }
      let addresses =
        sum == .message
        ? dialect.addresses.replacing("}", with: ", checksum: message }") : dialect.addresses
      try await Mixed.run(
        dialect, network, Nobody(), group: "", tag: tag, addresses: addresses
      ) { mixed in
        try await eventually("three advertisements", within: .seconds(15)) {
          try rows(in: scratch).count >= 3
        }
        mixed.node.daemon.end()
        try await eventually("the last, of priority 0", within: .seconds(5)) {
          try rows(in: scratch).contains { $0[2] == "0" }
        }
        let version = dialect == .version2 ? "2" : "3"
        for row in try rows(in: scratch) {
          #expect(row[0] == version && row[1] == "51", "\(row)")
          // Who ends and finds nobody to take over serves on as one that is not well.
          #expect(["200", "8", "0"].contains(row[2]), "\(row)")
          #expect(row[3] == "1", "the checksum: \(row)")
          #expect(row[4] == "255" || row[5] == "255", "the hop limit: \(row)")
          #expect(row[6] == (dialect == .version2 ? "1" : ""), "seconds: \(row)")
          #expect(row[7] == (dialect == .version2 ? "" : "10"), "hundredths of one: \(row)")
          #expect(row[8] == "", "an expert says: \(row)")
          #expect(!row.joined().contains("Malformed"), "\(row)")
        }
      }
    }

    /// Advertisements and announcements, by which switches learn where the MAC is.
    @Test(arguments: [Dialect.version3, .ipv6])
    func `with a virtual MAC, all that is said of an address is said from it`(
      dialect: Dialect
    ) async throws {
      let tag = Scene.tag()
      let network = try RouterPair(tag: tag)
      let scratch = try ScratchDirectory(tag: tag)
      let eye = try Program(
        [
          "tshark", "-i", "eth0", "-l", "-n", "-f", "ip proto 112 or ip6 proto 112 or arp or icmp6",
          "-T", "fields", "-E", "separator=;", "-e", "eth.src", "-e", "vrrp.virt_rtr_id", "-e",
          "ip.src", "-e", "ipv6.src", "-e", "arp.src.hw_mac", "-e", "arp.src.proto_ipv4", "-e",
          "icmpv6.nd.na.target_address", "-e", "icmpv6.opt.linkaddr",
        ], in: network.client, log: scratch.file("seen"))
      defer { eye.end() }
      try await eventually("tshark listens", within: .seconds(10)) {
        try scratch.read("seen").contains("Capturing")
      }
      let hardware = "00:00:5e:00:0\(dialect == .ipv6 ? 2 : 1):33"
      try await Mixed.run(
        dialect, network, Nobody(), group: "", tag: tag, addresses: dialect.virtualAddresses
      ) { _ in
        try await eventually("advertisements and an announcement", within: .seconds(15)) {
          let rows = try self.frames(in: scratch)
          return rows.count { $0[1] == "51" } >= 3
            && rows.contains { ($0[5] + $0[6]).contains(dialect.address) }
        }
        let own = try network.a.namespace.linkLocal("lan")
        for row in try self.frames(in: scratch) {
          if row[1] == "51" {
            #expect(row[0] == hardware && row[2] + row[3] == (dialect == .ipv6 ? own : "10.1.0.2"))
          } else if (row[5] + row[6]).contains(dialect.address) {
            #expect(row[0] == hardware && row[4] + row[7] == hardware, "\(row)")
          }
        }
      }
    }

    private func frames(in scratch: ScratchDirectory) throws -> [[String]] {
      try scratch.read("seen").split(separator: "\n").map {
        $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      }.filter { $0.count == 8 }
    }

    private static let fields = [
      "vrrp.version", "vrrp.virt_rtr_id", "vrrp.prio", "vrrp.checksum.status", "ip.ttl",
      "ipv6.hlim", "vrrp.adver_int", "vrrp.short_adver_int", "_ws.expert.message",
    ]

    private static func rows(in scratch: ScratchDirectory) throws -> [[String]] {
      try scratch.read("seen").split(separator: "\n").map {
        $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      }.filter { $0.count == fields.count }
    }
  }
}

/// Where Siaga is alone.
struct Nobody: OtherRouter {
  func end() -> Moment { .now }
  func start() {}
  var log: String { "" }
}

extension Namespace {
  /// The link-local address of an interface.
  fileprivate func linkLocal(_ interface: String) throws -> String {
    let words = try Command.run("ip", "-n", name, "-6", "addr", "show", "dev", interface)
      .split { $0.isWhitespace }
    let found = words.first { $0.hasPrefix("fe80:") }
    return try #require(found.map { String($0.prefix { $0 != "/" }) })
  }
}
