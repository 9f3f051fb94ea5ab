import Client
import Foundation
import Lab
import Model
import Testing

/// `siaga import networkd` and `netplan` by the real program, and what they make of a machine.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct LinuxImportTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "ImportersTests", directoryHint: .isDirectory)

  /// The seed's two files, in a directory of their own.
  private static func seedFiles(_ scratch: ScratchDirectory) throws {
    for name in ["eth0.network", "wlan0.network"] {
      let file = sources.appending(path: "Networkd/seed-standard/\(name)")
      try scratch.write(try String(contentsOf: file, encoding: .utf8), to: name)
    }
  }

  private static func imported(_ arguments: String...) throws -> Command.Outcome {
    try Command([Scene.executable, "import"] + arguments).outcome()
  }

  @Test
  func `the seed's files, imported, fail over from Ethernet to Wi-Fi and back`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try Self.seedFiles(scratch)
    let outcome = try Self.imported("networkd", scratch.path)
    #expect(outcome.exit.isSuccess, "\(outcome.errors)")
    #expect(outcome.errors.contains("it has the metric of eth0"))
    let tag = Scene.tag()
    let network = try HomeNetwork(tag: tag)
    try await Scene.guarding(outcome.output, on: network.machine, tag: tag, network.tearDown) {
    } _: { _, client in
      try await Self.awaitHolder("eth0", client)
      let stream = try network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "192.168.1.252", within: .seconds(5))
      try network.ethernet.pull()
      try await Self.awaitHolder("wlan0", client)
      try stream.awaitFlow(from: "192.168.1.25", within: .seconds(5))
      try network.ethernet.plug()
      try await Self.awaitHolder("eth0", client)
      try stream.awaitFlow(from: "192.168.1.252", within: .seconds(5))
    }
  }

  private static func awaitHolder(_ name: String, _ client: DaemonClient) async throws {
    try await client.await("\(name) holds", within: .seconds(8)) {
      $0.groups.first?.active == [name] && $0.unfinished == 0
    }
  }

  @Test
  func `netplan's file is read by the same program, and a wrong format is named`() throws {
    let file = Self.sources.appending(path: "Netplan/old-gateways/01-netcfg.yaml")
      .path(percentEncoded: false)
    let outcome = try Self.imported("netplan", file)
    #expect(outcome.exit.isSuccess, "\(outcome.errors)")
    #expect(outcome.output.contains("tiers: [[eth0], [eth1]]"))
    let wrong = try Self.imported("networkd", file)
    #expect(!wrong.exit.isSuccess)
    #expect(wrong.errors.contains("try `siaga import netplan`"))
  }

  @Test
  func `a file that is linked to dev null masks one of its name`() throws {
    let (etc, lib) = (
      try ScratchDirectory(tag: Scene.tag()), try ScratchDirectory(tag: Scene.tag())
    )
    try Self.seedFiles(lib)
    try Command.run("ln", "-s", "/dev/null", etc.file("eth0.network"))
    let outcome = try Self.imported("networkd", etc.path, lib.path)
    #expect(outcome.exit.isSuccess, "\(outcome.errors)")
    #expect(outcome.output.contains("tiers: [[wlan0]]"))
  }

  @Test
  func `a check that a port cannot make is refused by name and place`() throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let bonds = """
      bonds:
        bond0:
          members: [eth0, wlan0]
          primary: eth0
          address: 192.0.2.5/24
          gateway: 192.0.2.1
          check: { ping: gateway, every: 1s }
      """
    try scratch.write(bonds, to: "siaga.yaml")
    let check = try Command([Scene.executable, "check", scratch.file("siaga.yaml")]).outcome()
    #expect(check.exit == .status(2))
    #expect(check.errors.contains("siaga.yaml:7:12: check `bond0.check` asks by `ping`"))
    try scratch.write(bonds.replacing("ping", with: "arp"), to: "siaga.yaml")
    let mended = try Command([Scene.executable, "check", scratch.file("siaga.yaml")]).outcome()
    #expect(mended.exit.isSuccess)
    #expect(mended.output.contains("bond bond0 by eth0, then wlan0"))
  }
}
