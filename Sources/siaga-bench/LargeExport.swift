/// What `/export` writes on a router that has grown for years: two providers, and around them leases,
/// lists and rules that an import reads and leaves.
enum LargeExport {
  static let lines = 10_000

  static let text: String = {
    var lines = providers
    let parts = [
      Part("/ip address", 300) {
        "add address=\(customer($0))/32 comment=\"customer \($0)\" interface=vlan\($0)"
      },
      Part("/ip dhcp-server lease", 1_250) { number in
        // It breaks lines where they grow long.
        "add address=\(host(number)) client-id=1:2:0:0:0:\(number / 256):\(number % 256) "
          + "comment=\"host \(number)\" \\\n    lease-time=1d server=dhcp1"
      },
      Part("/ip firewall filter", 900) { number in
        "add action=drop chain=forward comment=\"rule \(number)\" dst-port=\(1_000 + number) "
          + "in-interface-list=WAN protocol=tcp src-address-list=blocked\(number % 5)"
      },
      Part("/ip firewall mangle", 50) { number in
        "add action=mark-routing chain=prerouting new-routing-mark=to-ISP\(number % 2 + 1) "
          + "passthrough=no src-address=192.168.\(number).0/24"
      },
      Part("/ip firewall mangle", 350) { number in
        "add action=mark-packet chain=forward dst-address=\(customer(number)) "
          + "new-packet-mark=p\(number) passthrough=no"
      },
      Part("/ip firewall nat", 300) { number in
        "add action=dst-nat chain=dstnat dst-port=\(8_000 + number) in-interface-list=WAN "
          + "protocol=tcp to-addresses=\(host(number))"
      },
      Part("/ip route", 500) { number in
        "add comment=\"site \(number)\" dst-address=10.\(100 + number / 250).\(number % 250).0/24 "
          + "gateway=192.168.0.\(number % 250 + 1)"
      },
    ]
    for part in parts { lines += [part.menu] + (0..<part.count).map(part.line) }
    lines.append("/ip firewall address-list")
    let written = lines.joined(separator: "\n").utf8.count { $0 == UInt8(ascii: "\n") } + 1
    lines += (written..<Self.lines).map { number in
      "add address=45.\(number / 250).\(number % 250).0/24 list=blocked\(number % 5)"
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  /// Lines of one menu, by their number.
  private struct Part {
    let menu: String
    let count: Int
    let line: (Int) -> String

    init(_ menu: String, _ count: Int, line: @escaping (Int) -> String) {
      (self.menu, self.count, self.line) = (menu, count, line)
    }
  }

  private static let providers = [
    "# 2026-01-10 10:00:00 by RouterOS 7.16.2",
    "/interface list", "add name=WAN",
    "/interface list member", "add interface=ether1 list=WAN", "add interface=ether2 list=WAN",
    "/routing table", "add fib name=to-ISP1", "add fib name=to-ISP2",
    "/ip address",
    "add address=10.10.1.2/24 comment=ISP1 interface=ether1",
    "add address=10.20.1.2/24 comment=ISP2 interface=ether2",
    "add address=192.168.0.1/16 interface=bridge",
    "/ip firewall nat",
    "add action=masquerade chain=srcnat out-interface=ether1",
    "add action=masquerade chain=srcnat out-interface=ether2",
    "/ip route",
    "add check-gateway=ping distance=1 dst-address=0.0.0.0/0 gateway=10.10.1.1",
    "add check-gateway=ping distance=2 dst-address=0.0.0.0/0 gateway=10.20.1.1",
    "add dst-address=0.0.0.0/0 gateway=10.10.1.1 routing-table=to-ISP1",
    "add dst-address=0.0.0.0/0 gateway=10.20.1.1 routing-table=to-ISP2",
  ]

  private static func customer(_ number: Int) -> String {
    "172.16.\(number / 250).\(number % 250 + 1)"
  }

  private static func host(_ number: Int) -> String {
    "192.168.\(number / 250 + 1).\(number % 250 + 1)"
  }
}
