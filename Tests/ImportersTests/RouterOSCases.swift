extension RouterOSCase {
  static let all = [
    RouterOSCase(
      name: "dual-static-v6",
      uplinks: [
        "Fiber: ether1-fiber 203.0.113.2/30 by 203.0.113.1 masqueraded",
        "backup: WAN-2 198.51.100.10/29 by 198.51.100.9 masqueraded",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: ["internet: 0.0.0.0/0 Fiber | backup asks gateway"]),
    RouterOSCase(
      name: "recursive-v7",
      uplinks: [
        "Fibre: ether1 10.10.1.2/24 by 10.10.1.1 as 10.10.1.2 asks ping",
        "Cable: ether2 10.20.1.2/24 by 10.20.1.1 masqueraded asks ping-2",
      ],
      checks: [
        "ping: ping 8.8.8.8 1.1.1.1, need 1, 10 s/1 s, 2/1",
        "ping-2: ping 8.8.4.4 9.9.9.9, need 1, 10 s/1 s, 2/1",
      ],
      groups: ["internet: 0.0.0.0/0 Fibre | Cable"]),
    RouterOSCase(
      name: "recursive-virtual-v6",
      uplinks: [
        "ISP1: ether1 10.10.1.2/24 by 10.10.1.1 masqueraded asks ping",
        "ISP2: ether2 10.20.1.2/24 by 10.20.1.1 masqueraded asks ping-2",
      ],
      checks: [
        "ping: ping 8.8.8.8 208.67.222.222, need 1, 10 s/1 s, 2/1",
        "ping-2: ping 8.8.4.4 208.67.220.220, need 1, 10 s/1 s, 2/1",
      ],
      groups: ["internet: 0.0.0.0/0 ISP1 | ISP2"]),
    RouterOSCase(
      name: "dhcp-and-static-v7",
      uplinks: [
        "Radio: ether2 198.51.100.2/24 by 198.51.100.1 masqueraded asks gateway",
        "Cable: ether1 by auto masqueraded",
      ],
      checks: ["gateway: arp gateway, need 1, 10 s/1 s, 2/1"],
      groups: ["internet: 0.0.0.0/0 Cable | Radio"]),
    RouterOSCase(
      name: "pppoe-and-lte-v6",
      uplinks: [
        "lte1: lte1 by auto masqueraded",
        "DSL: pppoe-out1 by auto masqueraded mss",
      ],
      checks: [],
      groups: ["internet: 0.0.0.0/0 DSL | lte1"]),
    RouterOSCase(
      name: "pcc-v6",
      uplinks: [
        "ISP1: ISP1 10.111.0.2/24 by 10.111.0.1 masqueraded",
        "ISP2: ISP2 10.112.0.2/24 by 10.112.0.1 masqueraded",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: [
        "shared: 0.0.0.0/0 ISP1*2 ISP2 asks gateway of from all iif LAN",
        "internet: 0.0.0.0/0 ISP1 | ISP2 asks gateway",
      ]),
    RouterOSCase(
      name: "netwatch-v6",
      uplinks: [
        "Main: ether1 10.10.1.2/24 by 10.10.1.1 masqueraded asks ping-8.8.8.8",
        "Backup: ether2 10.20.1.2/24 by 10.20.1.1 masqueraded",
      ],
      checks: ["ping-8.8.8.8: ping 8.8.8.8, need 1, 5 s/800 ms, 1/1"],
      groups: ["internet: 0.0.0.0/0 Main | Backup"]),
    RouterOSCase(
      name: "policies-v6",
      uplinks: [
        "ISP1: ether1 10.10.1.2/24 by 10.10.1.1 masqueraded",
        "ISP2: ether2 10.20.1.2/24 by 10.20.1.1 masqueraded mss",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: [
        "VoIP: 0.0.0.0/0 ISP2 | ISP1 asks gateway of from all iif ether3 ipproto udp dport 5060, "
          + "from all iif ether3 ipproto udp dport 10000-20000",
        "via2: 0.0.0.0/0 ISP2 | ISP1 asks gateway of from 192.168.1.10/31 iif ether3, from "
          + "192.168.1.12/31 iif ether3, from 192.168.1.50 iif ether3",
        "by-main: 0.0.0.0/0 ISP1 | ISP2 asks gateway of from all to 192.168.0.0/16",
        "Guests: 0.0.0.0/0 ISP2 | ISP1 asks gateway of from 192.168.7.0/24 else unreachable",
        "internet: 0.0.0.0/0 ISP1 | ISP2 asks gateway",
      ]),
    RouterOSCase(
      name: "tables-and-rules-v7",
      uplinks: [
        "A: sfp1 203.0.113.10/24 by 203.0.113.1 masqueraded",
        "B: ether8 198.51.100.10/24 by 198.51.100.1 masqueraded",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: [
        "rtab-b: 0.0.0.0/0 B asks gateway of from 192.168.5.128/25 else blackhole",
        "wifi: 0.0.0.0/0 A asks gateway of from all iif wlan-guests",
        "internet: 0.0.0.0/0 A | B asks gateway",
      ]),
    RouterOSCase(
      name: "three-wans-v7",
      uplinks: [
        "Office: wg-office masqueraded",
        "bridge-lan: bridge-lan 10.0.0.1/24 by 10.0.0.254",
        "Fibre: ether1 203.0.113.2/29 by 203.0.113.1 masqueraded asks gateway",
        "Cable: ether2 198.51.100.2/29 by 198.51.100.1 masqueraded asks gateway",
        "Radio: ether3 by auto masqueraded",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: [
        "to-cam: 0.0.0.0/0 Cable | Fibre of from 10.0.20.64/26 iif bridge-lan",
        "to-cam-2: 0.0.0.0/0 Cable | Fibre of from 10.0.20.64/26 iif vlan20",
        "internet: 0.0.0.0/0 Fibre Cable | Radio",
        "net-172.30.0.0-16: 172.30.0.0/16 Office | bridge-lan",
      ]),
    RouterOSCase(
      name: "dual-stack-v7",
      uplinks: [
        "ISP1: ether1 10.10.1.2/24 2001:db8:1::2/64 by 10.10.1.1 2001:db8:1::1 masqueraded",
        "ISP2: ether2 10.20.1.2/24 2001:db8:2::2/64 by 10.20.1.1 fe80::2 masqueraded as "
          + "2001:db8:2:100::/56",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: [
        "internet: 0.0.0.0/0 ISP1 | ISP2 asks gateway",
        "internet6: ::/0 ISP1 | ISP2 asks gateway",
      ]),
    RouterOSCase(
      name: "weights-v6",
      uplinks: [
        "A: ether1 10.10.1.2/24 by 10.10.1.1",
        "B: ether2 10.20.1.2/24 by 10.20.1.1",
        "C: ether3 10.30.1.2/24 by 10.30.1.1",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: ["internet: 0.0.0.0/0 A*2 B | C asks gateway else unreachable"]),
    RouterOSCase(
      name: "typed",
      uplinks: [
        "ISP1: ether1 10.10.1.2/24 by 10.10.1.1 masqueraded",
        "ISP2: ether2 10.20.1.2/24 by 10.20.1.1",
      ],
      checks: ["gateway: ping gateway, need 1, 10 s/1 s, 2/1"],
      groups: ["internet: 0.0.0.0/0 ISP1 | ISP2 asks gateway"]),
  ]
}
