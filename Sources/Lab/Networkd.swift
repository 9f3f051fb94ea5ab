import Glibc

/// systemd-networkd in a namespace, as on a machine of its own: with a bus for `networkctl`, a
/// device database that says that udev is done, and settings and a state of its own.
public final class Networkd {
  private static let executable = "/lib/systemd/systemd-networkd"

  /// What else shall see what networkd writes, and read its settings.
  public let mounts: [Mount]
  private let scratch: ScratchDirectory
  private var bus: SystemBus?
  private var daemon: Program?
  private var namespace: Namespace?

  /// - Parameters:
  ///   - networks: .network files by name.
  ///   - dropIn: networkd.conf's, if any.
  public init(tag: String, networks: [String: String], dropIn: String? = nil) throws {
    guard access(Self.executable, X_OK) == 0 else {
      throw LabError.system("find \(Self.executable) (`make needs` installs it)", errno: ENOENT)
    }
    let scratch = try ScratchDirectory(tag: tag)
    self.scratch = scratch
    mounts = [
      Mount(scratch.file("run"), at: "/run"), Mount(scratch.file("etc"), at: "/etc/systemd"),
    ]
    let folders = [
      "run/systemd/netif", "run/udev/data", "etc/network", "etc/networkd.conf.d",
    ]
    try Command.run(["mkdir", "-p"] + folders.map { scratch.file($0) })
    for (name, text) in networks { try scratch.write(text, to: "etc/network/\(name)") }
    if let dropIn { try scratch.write(dropIn, to: "etc/networkd.conf.d/siaga.conf") }
    try Command.run(
      "chown", "-R", "systemd-network:systemd-network", scratch.file("run/systemd/netif"))
  }

  /// Starts it, once the interfaces are there.
  public func start(in namespace: Namespace) throws {
    self.namespace = namespace
    bus = try SystemBus(in: scratch)
    // networkd lets an interface be until udev is done with it; also those that it makes itself, whose
    // numbers are low.
    let indices = try Command.run("ip", "-n", namespace.name, "-o", "link").split(separator: "\n")
      .compactMap { $0.split(separator: ":").first.flatMap { Int($0) } }
    for index in Set(indices).union(1...32) {
      try scratch.write("I:1\n", to: "run/udev/data/n\(index)")
    }
    try run()
  }

  private func run() throws {
    guard let namespace else { return }
    daemon = try Program(
      namespace.command([Self.executable], seeing: mounts, writesSys: true),
      log: scratch.file("networkd.log"))
  }

  /// As `systemctl restart` does it: RestartKillSignal=SIGUSR2.
  public func restart() throws {
    daemon?.signal(SIGUSR2)
    daemon?.end()
    try run()
  }

  /// `networkctl` on its bus.
  public func control(_ arguments: String...) throws {
    guard let namespace else { return }
    try Command.run(namespace.command(["networkctl"] + arguments, seeing: mounts))
  }

  public func end() {
    daemon?.end()
    bus?.end()
  }

  public var log: String {
    // Before it has started there is none.
    (try? scratch.read("networkd.log")) ?? ""
  }

  /// Everybody may do everything: nobody else is there.
}
