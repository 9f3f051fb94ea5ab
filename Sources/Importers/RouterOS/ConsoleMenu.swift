/// The menus of RouterOS' console, as far as names must be known to be told apart: `/ip route` and
/// `/ip/route` are one, and so is `/ip ro`, for a name may be cut short while it stays clear.
enum ConsoleMenu {
  static let root = ""

  /// - Returns: the whole path, such as `/ip/route`; nil: there is no such menu.
  static func path(from menu: String, _ step: Substring) -> String? {
    if step == ".." {
      return menu.lastIndex(of: "/").map { String(menu[..<$0]) } ?? root
    }
    guard let children = children[menu] else {
      // What is below menus that do not concern us is not known by name.
      return menu == root || !step.isPlainWord ? nil : "\(menu)/\(step)"
    }
    let fitting = children.filter { $0.hasPrefix(step) }
    if children.contains(String(step)) { return "\(menu)/\(step)" }
    if fitting.count == 1 { return "\(menu)/\(fitting[0])" }
    return fitting.isEmpty && step.isPlainWord && menu != root ? "\(menu)/\(step)" : nil
  }

  /// Whether a word can lead on from there, where it has no slash.
  static func isChild(_ word: Substring, of menu: String) -> Bool {
    word == ".." || (children[menu] ?? []).contains { $0.hasPrefix(word) }
  }

  static let verbs: Set<String> = [
    "add", "set", "remove", "enable", "disable", "print", "export", "move", "comment", "unset",
    "reset", "edit", "get", "find", "monitor", "import", "renew", "release", "reset-counters",
  ]

  private static let children: [String: [String]] = [
    root: [
      "app", "caps-man", "certificate", "console", "container", "disk", "dude", "file", "interface",
      "iot", "ip", "ipv6", "log", "lora", "mpls", "openflow", "partitions", "port", "ppp", "queue",
      "radius", "routing", "snmp", "special-login", "system", "task", "tool", "tr069-client",
      "user", "user-manager", "zerotier",
    ],
    "/ip": [
      "accounting", "address", "arp", "cloud", "dhcp-client", "dhcp-relay", "dhcp-server", "dns",
      "firewall", "hotspot", "ipsec", "kid-control", "media", "nat-pmp", "neighbor", "packing",
      "pool", "proxy", "reverse-proxy", "route", "service", "settings", "smb", "socks", "ssh",
      "tftp", "traffic-flow", "upnp", "vrf",
    ],
    "/ip/firewall": [
      "address-list", "calea", "connection", "filter", "layer7-protocol", "mangle", "nat", "raw",
      "service-port",
    ],
    "/ip/route": ["cache", "nexthop", "rule", "vrf"],
    "/ipv6": [
      "address", "dhcp-client", "dhcp-relay", "dhcp-server", "firewall", "nd", "neighbor", "pool",
      "route", "settings",
    ],
    "/ipv6/firewall": [
      "address-list", "connection", "filter", "mangle", "nat", "raw",
    ],
    "/routing": [
      "bfd", "bgp", "fantasy", "filter", "gmp", "id", "igmp-proxy", "isis", "mme", "nexthop",
      "ospf", "ospf-v3", "pimsm", "prefix-lists", "rip", "ripng", "route", "rpki", "rule",
      "settings", "stats", "table",
    ],
    "/interface": [
      "6to4", "bonding", "bridge", "detect-internet", "dot1x", "eoip", "eoipv6", "ethernet", "gre",
      "gre6", "ipip", "ipipv6", "l2tp-client", "l2tp-ether", "l2tp-server", "list", "lte", "macsec",
      "macvlan", "mesh", "ovpn-client", "ovpn-server", "ppp-client", "ppp-server", "pppoe-client",
      "pppoe-server", "pptp-client", "pptp-server", "sstp-client", "sstp-server", "traffic-eng",
      "veth", "virtual-ethernet", "vlan", "vpls", "vrrp", "vxlan", "wifi", "wifiwave2", "wireguard",
      "wireless",
    ],
    "/interface/list": ["member"],
    "/interface/lte": ["apn", "settings"],
    "/tool": [
      "bandwidth-server", "e-mail", "fetch", "graphing", "mac-server", "netwatch", "ping", "romon",
      "sms", "sniffer", "traffic-generator", "traffic-monitor",
    ],
  ]
}

extension Substring {
  fileprivate var isPlainWord: Bool {
    !isEmpty && count <= 32
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
