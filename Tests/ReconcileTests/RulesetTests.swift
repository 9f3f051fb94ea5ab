import Model
import Reconcile
import Testing

struct RulesetTests {
  private func firewall(_ nat: NAT, keepsFlows: Bool = false) throws -> Firewall {
    let links = try [("isp1", "ether1"), ("isp2", "ether2")].enumerated().map { slot, names in
      Firewall.Link(
        name: UplinkName(names.0), interface: try #require(InterfaceName(names.1)),
        mark: MarkSpace.standard.mark(slot), nat: nat, keepsFlows: keepsFlows)
    }
    return Firewall(marks: .standard, links: links)
  }

  @Test
  func `the seed's two links make this table`() throws {
    let expected = """
      table inet siaga
      delete table inet siaga
      table inet siaga {
        chain packet_by_100 {
          meta mark set meta mark & 0xffffc0ff | 0x00000100
        }
        chain flow_by_100 {
          ct mark set ct mark & 0xffffc0ff | 0x00000100
        }
        chain packet_by_200 {
          meta mark set meta mark & 0xffffc0ff | 0x00000200
        }
        chain flow_by_200 {
          ct mark set ct mark & 0xffffc0ff | 0x00000200
        }
        chain prerouting {
          type filter hook prerouting priority mangle; policy accept;
          ct state new iifname vmap { "ether1" : goto flow_by_100, "ether2" : goto flow_by_200 }
          ct direction reply ct mark & 0x00003f00 vmap { 0x00000100 : goto packet_by_100, 0x00000200 : goto packet_by_200 }
        }
        chain output {
          type route hook output priority mangle; policy accept;
          ct direction reply ct mark & 0x00003f00 vmap { 0x00000100 : goto packet_by_100, 0x00000200 : goto packet_by_200 }
        }
        chain forward {
          type filter hook forward priority filter; policy accept;
          meta nfproto ipv4 oifname { "ether1", "ether2" } ct state new tcp flags & (syn | rst) == 0x0 reject with tcp reset
        }
        chain postrouting {
          type filter hook postrouting priority mangle; policy accept;
          ct direction original ct mark & 0x00003f00 == 0x00000000 oifname vmap { "ether1" : goto flow_by_100, "ether2" : goto flow_by_200 }
          ct direction original ct status & snat == 0x0 oifname vmap { "ether1" : goto flow_by_100, "ether2" : goto flow_by_200 }
        }
        chain nat {
          type nat hook postrouting priority srcnat; policy accept;
          meta nfproto ipv4 oifname "ether1" masquerade
          meta nfproto ipv4 oifname "ether2" masquerade
        }
      }

      """
    #expect(try firewall(.masquerade).ruleset == expected)
  }

  @Test
  func `original packets keep their link only where flows stay`() throws {
    let kept = "ct direction original ct mark & 0x00003f00 vmap"
    #expect(try firewall(.masquerade, keepsFlows: true).ruleset.contains(kept))
    #expect(try !firewall(.masquerade).ruleset.contains(kept))
  }

  @Test
  func `links without NAT refuse no flow and translate none`() throws {
    let ruleset = try firewall(.none).ruleset
    #expect(!ruleset.contains("reject"))
    #expect(!ruleset.contains("masquerade"))
    let fixed = try #require(IPAddress("10.2.0.1"))
    #expect(try firewall(.source(fixed)).ruleset.contains("snat ip to 10.2.0.1"))
  }

  @Test
  func `another firewall is another ruleset`() throws {
    #expect(try firewall(.masquerade).ruleset == firewall(.masquerade).ruleset)
    #expect(try firewall(.masquerade).ruleset != firewall(.none).ruleset)
  }

  @Test
  func `addresses for passing on alone are dropped, but for who asks where they are`() throws {
    let refused = try ["10.1.0.1", "fd00:1::1"].map { try #require(IPAddress($0)) }
    let firewall = Firewall(marks: .standard, links: [], refused: refused)
    let expected = """
      table inet siaga
      delete table inet siaga
      table inet siaga {
        chain input {
          type filter hook input priority filter; policy accept;
          iif "lo" accept
          icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
          ip daddr { 10.1.0.1 } drop
          ip6 daddr { fd00:1::1 } drop
        }
      }

      """
    #expect(firewall.ruleset == expected)
  }

  @Test
  func `what comes in under an uplink's virtual MAC is that uplink's`() throws {
    var firewall = try firewall(.masquerade)
    firewall.links[1].entrances = [try #require(InterfaceName("siaga4-52"))]
    #expect(
      firewall.ruleset.contains(
        "\"ether2\" : goto flow_by_200, \"siaga4-52\" : goto flow_by_200 }"))
  }
}
