/// Which menus are read, and whose business the others are.
extension RouterOS {
  /// Fields of menus that are read, so that one cut short is known.
  static let keys: [String: Set<String>] = {
    let common: Set = ["disabled", "comment"]
    let route: Set = [
      "dst-address", "gateway", "distance", "check-gateway", "scope", "target-scope", "pref-src",
      "routing-mark", "routing-table", "type", "blackhole", "unreachable", "prohibit",
      "suppress-hw-offload", "vrf-interface",
    ]
    let mangle: Set = [
      "chain", "action", "passthrough", "in-interface", "in-interface-list", "out-interface",
      "out-interface-list", "src-address", "dst-address", "src-address-list", "dst-address-list",
      "protocol", "src-port", "dst-port", "connection-mark", "connection-state",
      "dst-address-type", "per-connection-classifier", "nth", "new-connection-mark",
      "new-routing-mark", "new-packet-mark", "routing-mark", "packet-mark", "log", "log-prefix",
      "new-mss", "tcp-mss", "tcp-flags",
    ]
    let nat: Set = [
      "chain", "action", "out-interface", "out-interface-list", "to-addresses", "to-address",
      "src-address", "ipsec-policy", "log", "log-prefix",
    ]
    let rule: Set = [
      "src-address", "dst-address", "interface", "routing-mark", "action", "table", "min-prefix",
    ]
    let client: Set = [
      "name", "interface", "add-default-route", "default-route-distance", "user", "password",
      "use-peer-dns", "use-peer-ntp", "check-gateway", "dhcp-options", "script",
      "default-route-tables", "max-mtu", "max-mru", "profile", "service-name", "connect-to",
    ]
    let address: Set = ["address", "interface", "network", "netmask", "advertise", "from-pool"]
    var keys: [String: Set<String>] = [
      "/ip/address": address, "/ipv6/address": address, "/ip/route": route, "/ipv6/route": route,
      "/ip/firewall/nat": nat, "/ipv6/firewall/nat": nat, "/ip/firewall/mangle": mangle,
      "/ipv6/firewall/mangle": mangle, "/ip/firewall/address-list": ["address", "list", "timeout"],
      "/ipv6/firewall/address-list": ["address", "list", "timeout"], "/ip/route/rule": rule,
      "/routing/rule": rule, "/routing/table": ["name", "fib"], "/ip/dhcp-client": client,
      "/ipv6/dhcp-client": client.union(["request", "pool-name", "prefix-hint"]),
      "/interface/list": ["name", "include", "exclude"],
      "/interface/list/member": ["interface", "list"],
      "/interface/lte/apn": [
        "name", "apn", "add-default-route", "default-route-distance", "default",
      ],
      "/tool/netwatch": [
        "host", "interval", "timeout", "type", "up-script", "down-script", "test-script", "port",
        "name", "thr-loss-percent", "thr-loss-count", "packet-count", "start-delay",
        "ignore-initial-up", "ignore-initial-down", "src-address",
      ],
    ]
    for menu in linkMenus { keys["/interface/\(menu)"] = client.union(["default-name"]) }
    return keys.mapValues { $0.union(common) }
  }()

  /// Below `/interface`: what packets can leave by.
  static let linkMenus = plain + dialed

  private static let plain = [
    "ethernet", "bridge", "vlan", "bonding", "wireguard", "wireless", "wifi", "wifiwave2", "lte",
    "gre", "gre6", "ipip", "ipipv6", "eoip", "6to4", "vxlan", "vrrp", "macvlan", "veth",
  ]

  /// Those that dial, and may add a default route.
  static let dialed = [
    "pppoe-client", "l2tp-client", "pptp-client", "sstp-client", "ovpn-client", "ppp-client",
  ]

  /// Why nothing of a menu is carried.
  static func business(of menu: String) -> String {
    let found = businesses.first { menu == $0.menu || menu.hasPrefix("\($0.menu)/") }
    return found?.why ?? "nothing of it concerns failover"
  }

  private static let businesses: [(menu: String, why: String)] = [
    ("/ip/firewall", "it is the firewall's business; keep it in nftables"),
    ("/ipv6/firewall", "it is the firewall's business; keep it in nftables"),
    ("/ip/dns", "names are the business of the system's resolver"),
    ("/ip/dhcp-server", "giving addresses to hosts is a DHCP server's business"),
    ("/ip/pool", "giving addresses to hosts is a DHCP server's business"),
    ("/ipv6/dhcp-server", "giving addresses to hosts is a DHCP server's business"),
    ("/ipv6/nd", "advertising networks to hosts is another program's business (radvd)"),
    ("/ipv6/settings", "`gateway: auto` hears routers' advertisements wherever it stands"),
    ("/interface", "interfaces are the system's to make"),
    ("/routing/settings", "if it tunes `check-gateway`, say the same of the check in `checks`"),
    ("/routing", "routing protocols are another program's business (FRR, BIRD)"),
    ("/system/script", "a script computes what it does; only plain commands are read"),
    ("/system/scheduler", "a script computes what it does; only plain commands are read"),
    ("/system", "it concerns the router itself"),
    ("/queue", "shaping is tc's business"),
    ("/user", "it concerns the router itself"),
    ("/certificate", "it concerns the router itself"),
  ]
}
