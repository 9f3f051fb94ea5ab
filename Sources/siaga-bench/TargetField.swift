import Client
import Lab
import Model

/// Links of a gateway to one far host that answers for thousands of addresses, each of which is
/// asked by one of the links.
struct TargetField {
  private static let inOneCheck = 16  // the most that a check takes

  let gateway: Namespace
  let links: Int
  let targets: [String]
  private let namespaces: [Namespace]

  init(targets count: Int, links: Int) throws {
    precondition(count % links == 0 && count <= 0x10000, "\(count) targets by \(links) links")
    self.links = links
    targets = (0..<count).map { "10.128.\($0 >> 8).\($0 & 0xff)" }
    namespaces = try Namespace.make(tag: "field", roles: ["gw", "far"])
    gateway = namespaces[0]
    do {
      try wire(namespaces[1])
    } catch {
      try Namespace.remove(namespaces)
      throw error
    }
  }

  func tearDown() throws { try Namespace.remove(namespaces) }

  private func wire(_ far: Namespace) throws {
    for namespace in namespaces {
      try namespace.set([
        "net.ipv6.conf.default.disable_ipv6": "1", "net.ipv6.conf.all.disable_ipv6": "1",
        "net.ipv4.conf.default.rp_filter": "0", "net.ipv4.conf.all.rp_filter": "0",
      ])
      try namespace.ip("link set lo up")
    }
    try far.ip("route add local 10.128.0.0/16 dev lo")
    for link in 1...links {
      _ = try VethCable(from: Port(gateway, "ether\(link)"), to: Port(far, "c\(link)"))
      try far.ip("addr add 10.\(link).1.1/24 dev c\(link)")
    }
  }

  /// Any loss counts: a link is up while all of its targets are.
  func configuration(every: String) -> String {
    var checks: [String] = []
    var uplinks: [String] = []
    for link in 1...links {
      let share = targets.count / links
      let mine = targets[(link - 1) * share..<link * share]
      var names: [String] = []
      for start in stride(from: mine.startIndex, to: mine.endIndex, by: Self.inOneCheck) {
        let asked = mine[start..<min(start + Self.inOneCheck, mine.endIndex)]
        names.append("c\(link)-\(names.count + 1)")
        checks.append(
          "  \(names[names.count - 1]): { ping: [\(asked.joined(separator: ", "))],"
            + " need: \(asked.count), every: \(every), timeout: \(every) }")
      }
      uplinks.append(
        "  isp\(link): { interface: ether\(link), address: 10.\(link).1.2/24,"
          + " gateway: 10.\(link).1.1, check: { all: [\(names.joined(separator: ", "))] } }")
    }
    let tiers = (1...links).map { "[isp\($0)]" }.joined(separator: ", ")
    return """
      uplinks:
      \(uplinks.joined(separator: "\n"))
      checks:
      \(checks.joined(separator: "\n"))
      groups:
        internet: { route: default, tiers: [\(tiers)], damping: off }

      """
  }

  /// Waits until every target is known to answer.
  func awaitHealth(_ client: DaemonClient) async throws {
    let end = Moment.now + .seconds(30)
    while Moment.now < end {
      // While the daemon starts there is nobody to ask.
      if let group = try? await client.status().groups.first, group.isHealthy { return }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw LabError.never("\(targets.count) answering targets", within: .seconds(30))
  }
}

extension GroupStatus {
  fileprivate var isHealthy: Bool {
    members.allSatisfy { member in
      member.health == .up && member.checks.allSatisfy { $0.health == .up }
    }
  }
}

/// Programs that would use every core wholly, as long as they run.
struct Hogs {
  private let programs: [Program]

  init(log: String = "/dev/null") throws {
    programs = try (0..<Machine.read().cores).map { _ in
      try Program(["sh", "-c", "while :; do :; done"], log: log)
    }
  }

  func end() { programs.forEach { $0.end(patience: .zero) } }
}
