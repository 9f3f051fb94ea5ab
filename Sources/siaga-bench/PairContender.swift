import Glibc
import Lab

/// Who holds the addresses of a pair of routers: Siaga, with its channel or without, or keepalived;
/// under the holder's hardware address or a virtual one.
enum PairContender: Sendable {
  case siaga(hasChannel: Bool, isVirtual: Bool = false)
  case keepalived(isVirtual: Bool = false)

  var name: String {
    switch self {
    case .siaga(true, let isVirtual): "siaga" + (isVirtual ? ", mac: virtual" : "")
    case .siaga(false, let isVirtual):
      "siaga without its channel" + (isVirtual ? ", mac: virtual" : "")
    case .keepalived(let isVirtual): "keepalived" + (isVirtual ? ", use_vmac" : "")
    }
  }

  var isVirtual: Bool {
    switch self {
    case .siaga(_, let isVirtual), .keepalived(let isVirtual): isVirtual
    }
  }

  /// Where the addresses of that side stand on the router that holds them.
  func home(_ side: RouterPair.Side) -> String {
    let number = side == .lan ? 51 : 52
    return switch self {
    case .siaga(_, true): "siaga4-\(number)"
    case .keepalived(true): "vrrp.\(number)"
    case .siaga(_, false), .keepalived(false): side.rawValue
    }
  }

  /// - Parameter interval: between advertisements, in milliseconds.
  func configuration(_ router: String, interval: Int, key: String) -> String {
    switch self {
    case .siaga(let hasChannel, let isVirtual):
      var configuration = PairConfiguration(
        advertise: .milliseconds(interval), heartbeat: .milliseconds(10))
      configuration.hasVirtualMAC = isVirtual
      return configuration.text(of: router, key: hasChannel ? key : nil)
    case .keepalived(let isVirtual):
      return """
        global_defs { vrrp_version 3 }
        vrrp_sync_group gateway { group { lan wan } }
        \(Self.instance("lan", 51, router, interval: interval, isVirtual))
        \(Self.instance("wan", 52, router, interval: interval, isVirtual))

        """
    }
  }

  /// What runs it with the router's file, `a.conf`.
  func line(_ executable: String, _ router: String, in scratch: ScratchDirectory) -> [String] {
    switch self {
    case .siaga:
      [
        executable, "run", "--config", scratch.file("\(router).conf"), "--socket",
        scratch.file("\(router).sock"), "--state-dir", scratch.file("\(router).state"),
      ]
    case .keepalived:
      [
        "keepalived", "--dont-fork", "--log-console", "--vrrp", "-f",
        scratch.file("\(router).conf"), "-p", scratch.file("\(router).pid"), "-r",
        scratch.file("\(router).vrrp.pid"),
      ]
    }
  }

  private static func instance(
    _ side: String, _ number: Int, _ router: String, interval: Int, _ isVirtual: Bool
  ) -> String {
    """
    vrrp_instance \(side) {
      state BACKUP
      interface \(side)
      virtual_router_id \(number)
      \(isVirtual ? "use_vmac" : "")
      priority \(router == "a" ? 200 : 150)
      advert_int \(interval / 1_000).\(interval % 1_000 / 10 < 10 ? "0" : "")\(interval % 1_000 / 10)
      virtual_ipaddress { 10.\(number - 50).0.1/32\(isVirtual ? "" : " dev \(side)") }
    }
    """
  }
}

/// A pair of routers with one contender on both, and a stream through whoever holds.
final class ContestedPair {
  let network: RouterPair
  let stream: PacketStream
  private let contender: PairContender
  private let executable: String
  private let interval: Int
  private let scratch: ScratchDirectory
  private var programs: [String: Program] = [:]

  init(_ contender: PairContender, _ executable: String, interval: Int) throws {
    self.contender = contender
    self.executable = executable
    self.interval = interval
    scratch = try ScratchDirectory(tag: "bench")
    network = try RouterPair(tag: "bench")
    do {
      stream = try network.stream()
      try Command.run(executable, "keygen", scratch.file("key"))
      for router in network.routers { try start(router) }
      try settle()
    } catch {
      programs.values.forEach { $0.end() }
      try network.tearDown()
      throw error
    }
  }

  func end() throws {
    stream.stop()
    programs.values.forEach { $0.end() }
    try network.tearDown()
  }

  func start(_ router: RouterPair.Router) throws {
    let name = router.name
    let text = contender.configuration(name, interval: interval, key: scratch.file("key"))
    try scratch.write(text, to: "\(name).conf")
    let line = contender.line(executable, name, in: scratch)
    programs[name] = try Program(
      router.namespace.command(line), log: scratch.file("\(name).log"))
  }

  /// As when the power fails: nothing more goes out, and then its processes and links are gone, before
  /// any of them can say a word about it.
  func powerOff(_ router: RouterPair.Router) throws -> Moment {
    let lost = try contender.isVirtual ? unplug(router) : network.mute(router)
    try Command.run(
      "sh", "-c", "ip netns pids \(router.namespace.name) | xargs -r kill -9 2>/dev/null || true")
    programs[router.name]?.end(patience: .zero)
    for side in RouterPair.Side.allCases { try router.cable(side).pull() }
    try forget(router)
    return lost
  }

  /// A switch forgets what it learnt by a port when its carrier goes, not when the port is told to be
  /// silent: with a virtual MAC that is all the difference. So the processes stand still first.
  private func unplug(_ router: RouterPair.Router) throws -> Moment {
    try Command.run(
      "sh", "-c", "ip netns pids \(router.namespace.name) | xargs -r kill -STOP 2>/dev/null || true"
    )
    let lost = try router.cable(.lan).pull()
    try router.cable(.wan).pull()
    return lost
  }

  /// What a machine does not have any more when it comes back.
  private func forget(_ router: RouterPair.Router) throws {
    for file in ["pid", "vrrp.pid"] { unlink(scratch.file("\(router.name).\(file)")) }
    for side in RouterPair.Side.allCases {
      let address = side == .lan ? RouterPair.inside : RouterPair.outside
      if contender.isVirtual {
        try router.namespace.ip("link delete \(contender.home(side))")
        continue
      }
      guard try router.has(address) else { continue }
      try router.namespace.ip("addr del \(address)/32 dev \(side)")
    }
  }

  func powerOn(_ router: RouterPair.Router) throws {
    // A port that comes back forwards again.
    for side in RouterPair.Side.allCases { try router.cable(side).plug() }
    try start(router)
  }

  /// Asks it to end, and waits until it has.
  func stop(_ router: RouterPair.Router) -> Moment {
    let now = Moment.now
    programs[router.name]?.end(patience: .seconds(10))
    return now
  }

  /// a holds, b does not, the client knows it, and packets pass. (Linux heeds no announcement within
  /// a second of the one before: so keepalived repeats its own after five.)
  func settle() throws {
    do {
      try waitUntil("a alone holding", within: .seconds(30)) {
        try network.a.has(RouterPair.inside) && network.a.has(RouterPair.outside)
          && !network.b.has(RouterPair.inside) && !network.b.has(RouterPair.outside)
          && isKnown(to: network.client, RouterPair.inside, on: .lan)
      }
    } catch {
      for router in network.routers {
        let said = (try? scratch.read("\(router.name).log")) ?? "nothing"
        complain("  \(router.name) said:\n\(said)")
      }
      throw error
    }
    try stream.awaitFlow(within: .seconds(5))
  }

  /// Whether the host has router a's hardware address for this one.
  private func isKnown(
    to host: Namespace, _ address: String, on side: RouterPair.Side
  ) throws -> Bool {
    let hardware = try Command.run(
      network.a.namespace.command(["cat", "/sys/class/net/\(contender.home(side))/address"]))
    let known = try Command.run(host.command(["ip", "neigh", "show", address]))
    return known.contains(hardware.prefix { !$0.isNewline })
  }
}
