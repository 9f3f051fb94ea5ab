import Glibc

/// What dockerd 20.10 and newer do to a host's network, without dockerd: a bridge, a container
/// behind it, and their iptables rules, which publish the container's port 80 as 8080.
public final class ContainerHost: Sendable {
  public static let publishedPort: UInt16 = 8_080
  public static let port: UInt16 = 80
  public static let address = "172.17.0.2"

  public let container: Namespace
  private let host: Namespace

  public init(on host: Namespace, tag: String) throws {
    guard Command.exists("iptables-restore") else {
      throw LabError.system("find iptables-restore (`make needs` installs it)", errno: ENOENT)
    }
    self.host = host
    container = try Namespace.make(tag: tag, roles: ["container"])[0]
    try host.ip("link add docker0 type bridge", "link set docker0 up")
    try host.ip("addr add 172.17.0.1/16 dev docker0")
    _ = try VethCable(from: Port(host, "veth0"), to: Port(container, "eth0"))
    try host.ip("link set veth0 master docker0")
    try container.ip(
      "link set lo up", "addr add \(Self.address)/16 dev eth0", "route add default via 172.17.0.1")
    try setRules()
  }

  /// As a restart of dockerd does: all chains go, and come again.
  public func restart() throws {
    try Command.run(
      host.command(["iptables-restore"]),
      input: "*nat\nCOMMIT\n*filter\n:FORWARD ACCEPT\nCOMMIT\n")
    try setRules()
  }

  /// What Docker tells who routes for others: by its own rules it drops all that it does not know.
  public func allowForwarding(from interface: String) throws {
    try Command.run(
      host.command(["iptables-restore", "--noflush"]),
      input: """
        *filter
        -I DOCKER-USER -i \(interface) -j ACCEPT
        -I DOCKER-USER -o \(interface) -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        COMMIT

        """)
  }

  public func remove() throws {
    try Namespace.remove([container])
  }

  private func setRules() throws {
    try Command.run(host.command(["iptables-restore", "--noflush"]), input: Self.rules)
  }

  private static let rules = """
    *nat
    :DOCKER -
    -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
    -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
    -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
    -A POSTROUTING -s \(address)/32 -d \(address)/32 -p tcp --dport \(port) -j MASQUERADE
    -A DOCKER -i docker0 -j RETURN
    -A DOCKER ! -i docker0 -p tcp --dport \(publishedPort) -j DNAT --to-destination \(address):\(port)
    COMMIT
    *filter
    :FORWARD DROP
    :DOCKER -
    :DOCKER-ISOLATION-STAGE-1 -
    :DOCKER-ISOLATION-STAGE-2 -
    :DOCKER-USER -
    -A FORWARD -j DOCKER-USER
    -A FORWARD -j DOCKER-ISOLATION-STAGE-1
    -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
    -A FORWARD -o docker0 -j DOCKER
    -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
    -A FORWARD -i docker0 -o docker0 -j ACCEPT
    -A DOCKER -d \(address)/32 ! -i docker0 -o docker0 -p tcp --dport \(port) -j ACCEPT
    -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
    -A DOCKER-ISOLATION-STAGE-1 -j RETURN
    -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
    -A DOCKER-ISOLATION-STAGE-2 -j RETURN
    -A DOCKER-USER -j RETURN
    COMMIT

    """
}
