import Config
import Foundation
import Model
import Testing

@testable import Importers

struct MWAN3Tests {
  private static let mwan3 = """
    config globals 'globals'
    \toption mmx_mask '0x3F00'

    config interface 'wan'
    \toption enabled '1'
    \tlist track_ip '1.0.0.1'
    \tlist track_ip '8.8.8.8'
    \toption family 'ipv4'
    \toption reliability '2'
    \toption interval '5'
    \toption timeout '2'
    \toption down '3'
    \toption up '8'

    config interface 'wanb'
    \tlist track_ip '1.1.1.1'
    \toption family 'ipv4'

    config member 'wan_m1_w3'
    \toption interface 'wan'
    \toption metric '1'
    \toption weight '3'

    config member 'wanb_m1_w2'
    \toption interface 'wanb'
    \toption metric '1'
    \toption weight '2'

    config member 'wanb_m2'
    \toption interface 'wanb'
    \toption metric '2'

    config policy 'balanced'
    \tlist use_member 'wan_m1_w3'
    \tlist use_member 'wanb_m1_w2'

    config policy 'wan_wanb'
    \tlist use_member 'wan_m1_w3'
    \tlist use_member 'wanb_m2'
    \toption last_resort 'blackhole'

    config rule 'https'
    \toption sticky '1'
    \toption dest_port '443'
    \toption proto 'tcp'
    \toption use_policy 'wan_wanb'

    config rule 'default_rule_v4'
    \toption dest_ip '0.0.0.0/0'
    \toption use_policy 'balanced'
    \toption family 'ipv4'
    """

  private static let network = """
    config interface 'wan'
    \toption device 'eth1'
    \toption proto 'static'
    \toption ipaddr '10.10.1.2'
    \toption netmask '255.255.255.0'
    \toption gateway '10.10.1.1'

    config interface 'wanb'
    \toption device 'eth2'
    \toption proto 'dhcp'

    config interface 'lan'
    \toption device 'br-lan'
    \toption proto 'static'
    \toption ipaddr '192.168.1.1/24'
    """

  private static func imported(_ texts: String...) throws -> Imported {
    let files = texts.enumerated().map {
      SourceFile(name: "file\($0 + 1)", bytes: Array($1.utf8))
    }
    return try ImportFormat.mwan3.imported(files)
  }

  @Test
  func `interfaces, members, policies and rules become uplinks and groups`() throws {
    let imported = try Self.imported(Self.mwan3, Self.network)
    #expect(
      imported.text == """
        # From mwan3: each interface is asked as before; mwan3 has no damping, so it is off here.
        # Siaga asks each target at the same time, and one probe a round.

        damping: off

        uplinks:
          # From file1:4 and 19.
          wan: { interface: eth1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade, check: ping }
          # From file1:15, 24 and 29.
          wanb: { interface: eth2, gateway: auto, nat: masquerade, check: ping-1.1.1.1 }

        checks:
          ping: { ping: [1.0.0.1, 8.8.8.8], need: 2, every: 5s, timeout: 2s, rise: 8 }
          ping-1.1.1.1: { ping: 1.1.1.1, every: 10s, timeout: 4s, fall: 5, rise: 5 }

        groups:
          # From file1:19, 29 and 42.
          https:
            route: default
            match: { protocol: tcp, to-port: 443 }
            tiers: [[wan], [wanb]]
            last-resort: blackhole
          # From file1:19 and 24.
          internet:
            route: default
            tiers: [{ wan: 3, wanb: 2 }]

        """)
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "MWAN3", directoryHint: .isDirectory)

  static let names = [
    "balanced-dhcp", "disabled-and-missing", "dual-stack", "failover-static", "mistakes",
    "pppoe-and-lte", "quality", "three-wans", "voip-by-second", "without-network",
  ]

  static func sources(of name: String) throws -> [SourceFile] {
    let base = folder.appending(path: name)
    return try ["mwan3", "network", "firewall"].compactMap { file in
      let url = base.appending(path: file)
      guard FileManager.default.fileExists(atPath: url.path) else { return nil }
      return SourceFile(name: file, bytes: Array(try Data(contentsOf: url)))
    }
  }

  /// Each folder in MWAN3/ is somebody's router; `expected` holds what comes of it.
  @Test(arguments: names)
  func `what mwan3's files mean comes out, and what does not is told`(name: String) throws {
    let imported = try ImportFormat.mwan3.imported(try Self.sources(of: name))
    let told = imported.report.lines.joined(separator: "\n") + "\n"
    let expected = Self.folder.appending(path: "\(name)/expected")
    try Expected.compare(imported.text ?? "", expected.appending(path: "siaga.yaml"))
    try Expected.compare(told, expected.appending(path: "report.txt"))
    #expect(
      try Configuration.read(imported.configuration.terseTree) == imported.configuration)
    #expect(!imported.report.json.contains("SECRET"))
  }

  @Test(arguments: names)
  func `every line ends in the report`(name: String) throws {
    let sources = try Self.sources(of: name)
    let known = Set(try ImportFormat.mwan3.imported(sources).report.entries.map(\.place.line))
    for source in sources where source.name == "mwan3" {
      for (index, line) in source.lines.enumerated()
      where !line.allSatisfy(\.isWhitespace) {
        #expect(known.contains(index + 1), "\(line)")
      }
    }
  }

  @Test(arguments: 1...1_000)
  func `whatever a file says, what comes out is valid`(seed: Int) throws {
    var random = Seeded(seed)
    var sources = try Self.sources(of: Self.names[seed % Self.names.count])
    let words = [
      "config ", "option ", "list ", "'", "\"", "\\", "\n", "\r", "\u{0}", "#", " '0'", "interface",
      "255.255.0.255", "::/0", "99999999999999999999", "policy", "metric", "use_policy", "@wan",
    ]
    for _ in 0...random.number(below: 6) {
      let index = random.number(below: sources.count)
      var bytes = sources[index].bytes
      let place = random.number(below: bytes.count + 1)
      let end = min(bytes.count, place + random.number(below: 20))
      switch random.number(below: 5) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
      case 3: bytes = Array(bytes[..<place])
      default:
        bytes.insert(contentsOf: Array(words[random.number(below: words.count)].utf8), at: place)
      }
      sources[index] = SourceFile(name: sources[index].name, bytes: bytes)
    }
    let importer = MWAN3(sources)
    let imported = Imported(importer.intent, importer.report)
    guard imported.text != nil else { return }
    #expect(
      try Configuration.read(imported.configuration.terseTree) == imported.configuration,
      "\(imported.text ?? "")")
  }

  @Test(arguments: [
    "config interface 'wan'\n\tlist track_ip '1.1.1.1'\n", "\tlist track_ip '1.1.1.1'\n",
    "config member 'm'\n\toption interface 'wan'\n", "\tlist use_member 'm'\n",
    "config rule 'r'\n\toption use_policy 'p'\n\toption dest_port '1'\n\toption proto 'tcp'\n",
    "'", "\\", "config ", "\0", "\u{fffd} ",
  ])
  func `a flood of anything ends soon`(piece: String) throws {
    let base = try Self.sources(of: "failover-static")
    let flood = Array(String(repeating: piece, count: (1 << 17) / piece.utf8.count).utf8)
    let sources = [SourceFile(name: "mwan3", bytes: base[0].bytes + flood)] + base.dropFirst()
    let importer = MWAN3(sources)
    let imported = Imported(importer.intent, importer.report)
    #expect(
      try Configuration.read(imported.configuration.terseTree) == imported.configuration)
  }
}
