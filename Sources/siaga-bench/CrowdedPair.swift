import Lab

/// A pair of routers with so many virtual routers between them, one contender on both.
final class CrowdedPair {
  private let network: RouterPair
  private let scratch: ScratchDirectory
  private let count: Int
  private var programs: [Program] = []

  init(_ contender: PairContender, _ executable: String, count: Int, interval: Int) throws {
    self.count = count
    scratch = try ScratchDirectory(tag: "bench")
    network = try RouterPair(tag: "bench")
    do {
      try Command.run(executable, "keygen", scratch.file("key"))
      for router in network.routers {
        let name = router.name
        let configuration = contender.configuration(
          name, count: count, interval: interval, key: scratch.file("key"))
        try scratch.write(configuration, to: "\(name).conf")
        let line = contender.line(executable, name, in: scratch)
        programs.append(
          try Program(router.namespace.command(line), log: scratch.file("\(name).log")))
      }
      try waitUntil("a alone holding all \(count)", within: .seconds(60)) {
        try held(by: network.a) == count && held(by: network.b) == 0
      }
    } catch {
      programs.forEach { $0.end() }
      try network.tearDown()
      throw error
    }
  }

  func end() throws {
    programs.forEach { $0.end() }
    try network.tearDown()
  }

  /// What each of the two costs, a first; and how many addresses came to b meanwhile.
  func costs(spans: Int, of span: Duration) async throws -> (master: Cost, backup: Cost, came: Int)
  {
    let watch = try Program(
      network.b.namespace.command(["ip", "-o", "monitor", "address"]), log: scratch.file("came"))
    defer { watch.end() }
    let pids = try programs.map { try Self.busiest(of: $0.pid) }
    async let ofMaster = Cost.measured(pids[0], spans: spans, of: span)
    async let ofBackup = Cost.measured(pids[1], spans: spans, of: span)
    let (master, backup) = (try await ofMaster, try await ofBackup)
    let came = try scratch.read("came").split(separator: "\n").count {
      $0.contains(" 10.1.1.") && !$0.contains("Deleted")
    }
    guard try held(by: network.a) == count else {
      throw LabError.never("a holding all of them to the end", within: span * spans)
    }
    return (master, backup, came)
  }

  private func held(by router: RouterPair.Router) throws -> Int {
    let text = try Command.run(router.namespace.command(["ip", "-o", "-4", "address"]))
    return text.split(separator: "\n").count { $0.contains(" 10.1.1.") }
  }

  /// keepalived leaves the work to a child.
  private static func busiest(of pid: Int32) throws -> Int32 {
    let children = try Command(["pgrep", "-P", "\(pid)"]).outcome().output
      .split(separator: "\n").compactMap { Int32($0) }
    return try ([pid] + children).max {
      try Cost.cpuNanoseconds($0) < Cost.cpuNanoseconds($1)
    } ?? pid
  }
}

extension PairContender {
  /// So many virtual routers on the inner side, each for itself.
  fileprivate func configuration(
    _ router: String, count: Int, interval: Int, key: String
  ) -> String {
    switch self {
    case .siaga(let hasChannel, _):
      let groups = (1...count).map { number in
        """
          r\(number):
            tiers: [[a], [b]]
            addresses: { address: 10.1.1.\(number), interface: lan, vrid: \(number), advertise: \(interval)ms }

        """
      }
      return """
        node: \(router)
        \(hasChannel ? "cluster: { key-file: \(key), heartbeat: 100ms, fall: 3 }" : "")
        nodes:
          a: { addresses: [10.1.0.2] }
          b: { addresses: [10.1.0.3] }
        groups:
        \(groups.joined())
        """
    case .keepalived:
      let instances = (1...count).map { number in
        """
        vrrp_instance r\(number) {
          state BACKUP
          interface lan
          virtual_router_id \(number)
          priority \(router == "a" ? 200 : 150)
          advert_int 0.\(interval / 10)
          virtual_ipaddress { 10.1.1.\(number)/32 dev lan }
        }

        """
      }
      return "global_defs { vrrp_version 3 }\n" + instances.joined()
    }
  }
}
