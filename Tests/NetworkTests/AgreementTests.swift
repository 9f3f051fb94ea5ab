import Client
import Config
import Foundation
import Lab
import Model
import SimKit
import Testing
import YAML

/// What `siaga simulate` foresees, and what then happens on real links: who holds, in which order
/// it was decided, and after how long, for each file in examples/.
@Suite(.enabled(if: Environment.isRoot, "needs root"))
struct AgreementTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    let accesses: [OfficeNetwork.Access]
    let group: String
    let member: String  // that goes mute
    var family = Family.ipv4
    var hasDHCP = false

    var testDescription: String { file }
  }

  static let cases = [
    Case(
      file: "dual-wan.yaml", accesses: [.ethernet, .ethernet], group: "internet", member: "isp1"),
    Case(
      file: "active-active.yaml", accesses: [.ethernet, .ethernet], group: "internet",
      member: "isp1"),
    Case(
      file: "active-active-lte.yaml", accesses: [.ethernet, .ethernet, .ethernet],
      group: "internet", member: "isp1"),
    Case(file: "voip.yaml", accesses: [.ethernet, .ethernet], group: "internet", member: "isp1"),
    Case(
      file: "dual-stack.yaml", accesses: [.ethernet, .ethernet], group: "internet", member: "isp1"),
    Case(
      file: "two-prefixes.yaml", accesses: [.ethernet, .ethernet], group: "internet",
      member: "isp1", family: .ipv6),
    Case(
      file: "metered-spare.yaml", accesses: [.ethernet, .ethernet], group: "internet",
      member: "isp1"),
    Case(
      file: "dhcp-pppoe.yaml", accesses: [.dhcp, .pointToPoint], group: "internet",
      member: "cable", hasDHCP: true),
  ]

  /// Half of `every` after a probe, so that neither side is at the edge of the next one.
  private static let phase = Duration.milliseconds(250)

  /// What became of a group, either way.
  private struct Course: Equatable {
    var order: [String] = []  // of decisions: who was preferred
    var switched = Duration.zero  // from the fault to the kernel's word on the first of them
  }

  @Test(arguments: cases)
  func `what is foreseen happens`(each: Case) async throws {
    let foreseen = try Self.foreseen(each)
    let found = try await Self.measured(each)
    #expect(found.order == foreseen.order)
    let difference = abs((found.switched - foreseen.switched) / .nanoseconds(1))
    #expect(
      difference <= foreseen.switched / .nanoseconds(10),
      "foreseen \(foreseen.switched), found \(found.switched)")
  }

  private static func foreseen(_ each: Case) throws -> Course {
    let configuration = try readConfiguration(Array(try ExampleScene.text(of: each.file).utf8))
    let member = UplinkName(each.member)
    let fault = Duration.seconds(10) + phase
    let performance = Foresight(configuration).perform(
      Scenario(
        happenings: [
          .init(
            at: fault, what: .mute(member, isBeyondGateway: false), text: "mute", position: .start),
          .init(at: .seconds(16), what: .answers(member), text: "answers", position: .start),
        ], expectations: [], end: .seconds(60), seed: 1))
    try #require(performance.trouble == nil)
    let moves = performance.moves.filter { $0.group.text == each.group }
    return Course(
      order: moves.map { $0.to.map(\.text).joined(separator: " + ") },
      switched: try #require(moves.first?.at) - fault)
  }

  private static func measured(_ each: Case) async throws -> Course {
    try #require(!each.hasDHCP || (Command.exists("dnsmasq") && Command.exists("dhclient")))
    var course = Course()
    try await ExampleScene.run(each.file, each.accesses) { scene in
      let provider = scene.network.provider(1)
      let lease =
        each.hasDHCP
        ? try DHCP(provider, customer: scene.network.gateway, tag: Scene.tag(), metric: 100) : nil
      defer { lease?.end() }
      try await scene.awaitHealth(of: each.group, within: .seconds(30))
      let known = try await scene.client.decisions().last?.id ?? 0
      try await scene.awaitProbe(of: each.member, in: each.group)
      try await Task.sleep(for: phase)
      let before = try await scene.status(of: each.group).switches
      try each.family == .ipv4 ? provider.mute() : provider.mute6()
      let muted = Moment.now
      try await scene.await(each.group, within: .seconds(8)) { $0.switches > before }
      course.switched = Moment.now - muted
      try each.family == .ipv4 ? provider.unmute() : provider.unmute6()
      try await scene.await(each.group, within: .seconds(30)) { group in
        group.state == .normal && group.switches > before + 1
      }
      course.order = try await scene.client.decisions(after: known)
        .filter { $0.group == each.group && $0.from != $0.to }
        .map { $0.to.joined(separator: " + ") }
    }
    return course
  }
}

extension ExampleScene {
  fileprivate func status(of group: String) async throws -> GroupStatus {
    try #require(try await client.status().groups.first { $0.name == group })
  }

  fileprivate func await(
    _ group: String, within bound: Duration, _ isTrue: (GroupStatus) -> Bool
  ) async throws {
    let end = Moment.now + bound
    while Moment.now < end {
      if isTrue(try await status(of: group)) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw DaemonClient.Never(what: "\(group) moved", bound: bound, last: try? await client.status())
  }

  /// Returns a moment after the next one was sent.
  fileprivate func awaitProbe(of member: String, in group: String) async throws {
    let before = try await probes(of: member, in: group)
    while try await probes(of: member, in: group) == before {
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
