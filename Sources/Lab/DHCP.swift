import Glibc

/// A provider's DHCP server: Debian's dnsmasq, which gives its customer an address for two
/// minutes, the least that it takes.
public final class DHCPServer: Sendable {
  private let scratch: ScratchDirectory
  private let server: Program

  /// - Parameter resolvers: what the customer is told of them.
  public init(_ provider: Provider, tag: String, resolvers: [String] = []) throws {
    scratch = try ScratchDirectory(tag: tag)
    let net = provider.gateway.split(separator: ".").dropLast().joined(separator: ".")
    server = try Program(
      [
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root",
        "--group=root", "--bind-interfaces", "--interface=customer", "--no-ping",
        "--dhcp-range=\(net).2,\(net).2,2m", "--dhcp-option=3,\(provider.gateway)",
        "--dhcp-option=\((["6"] + resolvers).joined(separator: ","))",
        "--dhcp-leasefile=\(scratch.file("leases"))", "--pid-file=",
      ], in: provider.router, log: scratch.file("dnsmasq.log"))
  }

  public func end() {
    server.end()
  }
}

/// A real DHCP server at a provider, and ISC's dhclient at its customer.
public final class DHCP: Sendable {
  private let scratch: ScratchDirectory
  private let server: DHCPServer
  private let client: Program

  /// - Parameters:
  ///   - resolvers: what the customer is told of them.
  ///   - leases: the file in which the client writes down what it was told.
  public init(
    _ provider: Provider, customer: Namespace, tag: String, metric: Int, resolvers: [String] = [],
    leases: String? = nil
  ) throws {
    scratch = try ScratchDirectory(tag: tag)
    server = try DHCPServer(provider, tag: tag, resolvers: resolvers)
    try scratch.write(Self.script(metric: metric), to: "script")
    chmod(scratch.file("script"), 0o755)
    client = try Program(
      [
        "dhclient", "-4", "-d", "-cf", "/dev/null", "-sf", scratch.file("script"),
        "-lf", leases ?? scratch.file("client.leases"), "-pf", scratch.file("client.pid"),
        provider.interface,
      ], in: customer, log: scratch.file("dhclient.log"))
  }

  public func end() {
    client.end()
    server.end()
  }

  /// What Debian's own script does to the kernel, but for resolv.conf, which is the machine's.
  private static func script(metric: Int) -> String {
    """
    #!/bin/sh
    length() { echo "$1" | tr . '\\n' | while read n; do
      while [ "$n" -gt 0 ]; do [ $((n % 2)) = 1 ] && echo 1; n=$((n / 2)); done
    done | wc -l; }
    case "$reason" in
    PREINIT) ip link set "$interface" up ;;
    BOUND|RENEW|REBIND|REBOOT)
      ip -4 addr change "$new_ip_address/$(length "$new_subnet_mask")" dev "$interface" \\
        valid_lft "$new_dhcp_lease_time" preferred_lft "$new_dhcp_lease_time"
      for router in $new_routers; do
        ip -4 route add default via "$router" dev "$interface" metric \(metric) proto dhcp
      done
      sleep 0.2 ;; # as Debian's, with its hooks: the lease is written down only then
    EXPIRE|FAIL|RELEASE|STOP) ip -4 addr flush dev "$interface" ;;
    esac

    """
  }
}
