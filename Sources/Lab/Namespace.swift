import CLinux
import Glibc

/// A network namespace of ours: its own interfaces, routes, rules, firewall and sysctls.
///
/// Named as `OwnedName` says.
public struct Namespace: Hashable, Sendable {
  static let directory = "/run/netns"

  public let name: String
  public let role: String

  init(tag: String, role: String) {
    self.name = OwnedName(tag: tag, role: role).text
    self.role = role
  }

  /// The command that runs these arguments inside.
  public func command(_ arguments: [String]) -> [String] {
    ["ip", "netns", "exec", name] + arguments
  }

  /// Hands `ip` lines to the namespace in one go; the first that fails is the error.
  public func ip(_ lines: String...) throws {
    try ip(lines)
  }

  public func ip(_ lines: [String]) throws {
    try Command.run(
      "ip", "-n", name, "-batch", "-", input: lines.joined(separator: "\n") + "\n")
  }

  /// The same about IPv6, for what does not tell its family by an address.
  public func ip6(_ lines: String...) throws {
    try Command.run(
      "ip", "-6", "-n", name, "-batch", "-", input: lines.joined(separator: "\n") + "\n")
  }

  /// Loads an nftables ruleset inside.
  public func nft(_ ruleset: String) throws {
    try Command.run("ip", "netns", "exec", name, "nft", "-f", "-", input: ruleset)
  }

  /// Runs a body on a thread of its own inside, and waits for it. Sockets and threads that it
  /// makes stay inside.
  @discardableResult
  public func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    try WorkerThread.perform {
      try enter()
      return try body()
    }
  }

  /// Moves the calling thread inside; there is no way back, so it must be a thread of its own.
  func enter() throws(LabError) {
    let door = try Descriptor(opening: "\(Self.directory)/\(name)", O_RDONLY)
    try checked(siaga_lab_enter_namespace(door.number), "enter the namespace \(name)")
  }

  /// Sets sysctls inside: `net.ipv4.ip_forward` to `1`.
  public func set(_ sysctls: KeyValuePairs<String, String>) throws {
    let settings = sysctls.map { ($0.key, $0.value) }
    try run {
      for (key, value) in settings {
        let path = "/proc/sys/" + key.split(separator: ".").joined(separator: "/")
        try Descriptor(opening: path, O_WRONLY).write(Array(value.utf8))
      }
    }
  }

  /// A port of a bridge that keeps its carrier and passes nothing, or passes all again.
  public func setBridgePort(_ interface: String, forwards: Bool) throws {
    try Command.run(
      "bridge", "-n", name, "link", "set", "dev", interface, "state", forwards ? "3" : "0")
  }

  /// Sets one interface up or down: one system call, so that the moment of it is known.
  @discardableResult
  public func setLink(_ interface: String, up: Bool) throws -> Moment {
    try run {
      let before = Moment.now
      try checked(
        siaga_lab_set_link(interface, up ? 1 : 0), "set \(interface) \(up ? "up" : "down")")
      return before
    }
  }
}
