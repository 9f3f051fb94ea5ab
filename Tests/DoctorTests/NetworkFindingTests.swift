import Config
import Doctor
import Model
import Testing

/// Findings about links, settings, routes, rules, marks and firewalls.
struct NetworkFindingTests {
  // MARK: Links

  @Test
  func `an interface that is not there, with the one that was probably meant`() {
    var uplink = Hospital.uplink(2)
    uplink.interface = InterfaceName("ehter2")!
    let typo = Hospital.configuration([Hospital.uplink(1), uplink])
    expect(
      found(typo) { $0.kernel = Hospital.kernel() }, "interface-missing",
      what: "isp2 is to go by ehter2, which does not exist; is ether2 meant?",
      mend: "sed -i 's/\\behter2\\b/ether2/' \(Hospital.path)")
    uplink.interface = InterfaceName("wwan0")!
    let absent = Hospital.configuration([Hospital.uplink(1), uplink])
    expect(
      found(absent) { $0.kernel = Hospital.kernel() }, "interface-missing",
      what: "there are ether1, ether2, lan", mend: "ip -brief link")
  }

  @Test
  func `an interface that is down, or has no carrier`() {
    let down = Hospital.link(Hospital.index1, "ether1", isUp: false, hasCarrier: false)
    expect(
      found { $0.kernel?.apply(.link(down)) }, "interface-down", what: "ether1 (isp1) is set down",
      mend: "ip link set ether1 up")
    let cut = Hospital.link(Hospital.index1, "ether1", hasCarrier: false)
    expect(
      found { $0.kernel?.apply(.link(cut)) }, "interface-down", what: "has no carrier",
      mend: "ip -details link show ether1")
  }

  @Test
  func `packets that are smaller than those inside, or too small for IPv6`() {
    expect(
      found { $0.packetSizes[Hospital.ether2] = 1_492 }, "mtu-differs", .advice,
      what: "1492 bytes, and hosts inside send up to 1500", mend: "mss: clamp")
    var clamped = Hospital.uplink(2)
    clamped.clampsMSS = true
    let configuration = Hospital.configuration([Hospital.uplink(1), clamped])
    #expect(found(configuration) { $0.packetSizes[Hospital.ether2] = 1_492 } == [])
    let six = Hospital.configuration(
      [Hospital.uplink(1, nat: .none, families: [.ipv6])], families: [.ipv6])
    expect(
      found(six) { $0.packetSizes[Hospital.ether1] = 1_000 }, "mtu-too-small", what: "1000 bytes",
      mend: "ip link set ether1 mtu 1280")
  }

  // MARK: Bonds

  /// A bond of `lan` and whatever is changed of it.
  private static func bonded(_ facts: inout Facts, _ change: (inout Link) -> Void = { _ in }) {
    var options = BondOptions()
    options[.mode] = .number(Bond.Mode.activeBackup.number)
    options[.carrierInterval] = .number(100)
    options[.failOverMAC] = .number(1)
    var bond = Hospital.link(InterfaceIndex(9), "bond0")
    bond.bond = BondReport(options: options)
    change(&bond)
    var port = Hospital.link(Hospital.lan, "lan")
    port.master = bond.index
    facts.kernel?.apply(.link(bond))
    facts.kernel?.apply(.link(port))
    facts.wireless = [port.name]
  }

  @Test
  func `Wi-Fi in a bond keeps its hardware address, or does not work`() {
    #expect(found { Self.bonded(&$0) } == [])
    let lent: (inout Link) -> Void = { $0.bond?.options[.failOverMAC] = .number(0) }
    expect(
      found { Self.bonded(&$0, lent) }, "bond-wifi-address", what: "lan is Wi-Fi",
      mend: "FailOverMACPolicy=active")
    expect(
      found {
        Self.bonded(&$0) { bond in
          lent(&bond)
          bond.group = Ours.linkGroup
        }
      }, "bond-wifi-address", what: "lan is Wi-Fi", mend: "sed -i '/fail_over_mac:/d'")
    #expect(
      found { facts in
        Self.bonded(&facts, lent)
        facts.wireless = []
      } == [])
  }

  @Test
  func `a bond that watches nothing, and one that goes back to Wi-Fi each time`() {
    expect(
      found { Self.bonded(&$0) { $0.bond?.options[.carrierInterval] = .number(0) } },
      "bond-unwatched", what: "miimon 0 and arp_interval 0",
      mend: "ip link set bond0 type bond miimon 100")
    let lan = InterfaceName("lan")!
    var configuration = Hospital.configuration()
    configuration.bonds = [
      Bond(name: InterfaceName("bond0")!, members: [lan], primary: lan, damping: nil)
    ]
    expect(
      found(configuration) { Self.bonded(&$0) { $0.group = Ours.linkGroup } },
      "bond-wifi-primary", .advice, what: "lan is the primary of bond0, and Wi-Fi",
      mend: "failback: { after: 30s }")
  }

  @Test
  func `a gateway that is elsewhere, or silent`() {
    var uplink = Hospital.uplink(1)
    uplink.gateways = [IPAddress("10.11.1.1")!]
    let configuration = Hospital.configuration([uplink, Hospital.uplink(2)])
    expect(
      found(configuration) { _ in }, "gateway-elsewhere",
      what: "10.11.1.1 of isp1 is in none of ether1's networks: 10.10.1.0/24",
      mend: "sed -i 's/gateway: 10.11.1.1/gateway: auto/'")
    let known = Route(
      .defaultV4, table: Ours.mainTable,
      hops: [NextHop(interface: Hospital.index1, gateway: IPAddress("10.10.1.9")!)], origin: 4)
    expect(
      found(configuration) { $0.kernel?.apply(.foreignDefault(known)) }, "gateway-elsewhere",
      what: "10.11.1.1", mend: "sed -i 's/10.11.1.1/10.10.1.9/'")
    expect(
      found { $0.neighbors[0].answers = [] }, "gateway-silent",
      what: "nobody on ether1 answers for 10.10.1.1", mend: "ip neighbor show dev ether1")
  }

  @Test
  func `an address that somebody else has`() {
    let other = HardwareAddress("02:00:00:00:00:77")!
    expect(
      found { $0.neighbors[1].answers = [other] }, "address-twice",
      what: "10.10.1.2 of isp1 is also 02:00:00:00:00:77's", mend: "ip neighbor show 10.10.1.2")
    let six = Hospital.configuration(
      [Hospital.uplink(1, families: [.ipv6])], families: [.ipv6])
    let taken = HeldAddress(
      interface: Hospital.index1, address: InterfaceAddress("2001:db8:1::2/64")!, stage: .duplicate)
    expect(
      found(six) { $0.kernel?.apply(.address(taken)) }, "address-twice",
      what: "found 2001:db8:1::2", mend: "ip -6 address delete 2001:db8:1::2/64 dev ether1")
  }

  // MARK: Settings

  @Test
  func `settings that somebody set back are problems while a daemon runs, and advice before`() {
    let cases = [
      ("net/ipv4/conf/ether1/rp_filter", "1", "strict-filter", "rp_filter=2"),
      ("net/ipv4/ip_forward", "0", "forwarding-off", "ip_forward=1"),
      ("net/ipv4/conf/ether1/ignore_routes_with_linkdown", "0", "dead-links-used", "linkdown=1"),
    ]
    for (path, value, name, mend) in cases {
      expect(
        found { $0.settings[Sysctl(path)] = value }, name, what: "", mend: mend)
      expect(
        found {
          $0.settings[Sysctl(path)] = value
          $0.daemon = .absent
        }, name, .advice, what: "`siaga run` sets that when it starts", mend: mend)
    }
    let other = Sysctl("net/ipv4/conf/ether1/promote_secondaries")
    expect(
      found { $0.settings[other] = "0" }, "setting-changed", what: "is 0, and siaga set it to 1",
      mend: "promote_secondaries=1")
    #expect(
      found {
        $0.settings[other] = "0"
        $0.daemon = .absent
      } == [])
  }

  @Test
  func `the greater filter of a link's and of all counts`() {
    let own = Sysctl("net/ipv4/conf/ether1/rp_filter")
    let all = Sysctl("net/ipv4/conf/all/rp_filter")
    #expect(found { $0.settings[all] = "1" } == [])
    let findings = found {
      $0.settings[own] = "0"
      $0.settings[all] = "1"
    }
    #expect(findings.map(\.name) == ["strict-filter"])
  }

  @Test
  func `settings that cannot be set are said with the way to set them`() {
    let findings = found {
      $0.canWriteSettings = false
      $0.settings[Sysctl("net/ipv4/conf/ether1/rp_filter")] = "1"
    }
    #expect(findings.map(\.name) == ["settings-read-only", "strict-filter"])
    #expect(
      findings[0].remedy.contains("docker run --sysctl net.ipv4.conf.ether1.rp_filter=2"))
  }

  @Test
  func `forwarding is missed where a group is for hosts inside, too`() {
    var match = TrafficMatch()
    match.incoming = InterfaceName("lan")!
    let uplinks = [1, 2].map { Hospital.uplink($0, nat: .none) }
    let setting = Sysctl.forwarding(.ipv4)
    let inside = found(Hospital.configuration(uplinks, match: match)) { $0.settings[setting] = "0" }
    #expect(inside.map(\.name) == ["forwarding-off"])
    #expect(found(Hospital.configuration(uplinks)) { $0.settings[setting] = "0" } == [])
  }

  // MARK: Routes and rules

  private func route(_ prefix: Prefix, table: UInt32) -> Route {
    Route(
      prefix, table: table,
      hops: [NextHop(interface: Hospital.index2, gateway: IPAddress("10.20.1.1")!)], origin: 3)
  }

  @Test
  func `somebody's route in a table of ours, and one to half of the Internet`() {
    expect(
      found { $0.kernel?.apply(.route(route(.defaultV4, table: 8_300))) }, "route-in-our-table",
      what: "into table 8300",
      mend: "ip route delete default via 10.20.1.1 dev ether2 table 8300 proto 3")
    expect(
      found { $0.wideRoutes = [route(Prefix(.v4(0), length: 1), table: Ours.mainTable)] },
      "half-default", .advice, what: "0.0.0.0/1 by ether2",
      mend: "ip route delete 0.0.0.0/1 via 10.20.1.1 dev ether2 table 254 proto 3")
  }

  @Test
  func `somebody's rules before ours, among ours, and by our marks`() {
    let before = Rule(priority: 100, family: .ipv4, selector: .all, table: 77, origin: 3)
    #expect(found { $0.kernel?.apply(.rule(before)) } == [])
    expect(
      found {
        $0.kernel?.apply(.rule(before))
        $0.kernel?.apply(.foreignDefault(route(.defaultV4, table: 77)))
      }, "rule-before-ours", what: "leads what internet should hold to table 77",
      mend: "ip rule delete priority 100 from all lookup 77 protocol 3")
    let among = Rule(priority: 8_400, family: .ipv4, selector: .all, table: 77, origin: 3)
    expect(
      found { $0.kernel?.apply(.rule(among)) }, "rule-among-ours", what: "at priority 8400",
      mend: "ip rule delete priority 8400 from all lookup 77")
    let ciliums = Rule(
      priority: 9, family: .ipv4, selector: .mark(0x200, mask: 0xf00), table: 2_004, origin: 0)
    expect(
      found { $0.kernel?.apply(.rule(ciliums)) }, "rule-by-our-marks", what: "0x3f00",
      mend: "sed -i -e '1i marks: 0x3f0000'")
  }

  // MARK: Firewalls

  private func chain(
    _ hook: String?, name: String = "c", priority: Int = 0, drops: Bool = false,
    _ rules: [(inout FirewallRule) -> Void] = []
  ) -> FirewallChain {
    FirewallChain(
      family: "ip", table: "filter", name: name, hook: hook, priority: priority, drops: drops,
      rules: rules.map { make in
        var rule = FirewallRule()
        make(&rule)
        return rule
      })
  }

  @Test
  func `marks that others write, by nftables and by iptables`() {
    let mark = FirewallMark(written: 0x0f00, value: 0x200)
    expect(
      found { $0.chains = [chain("prerouting", [{ $0.marks = [mark] }])] }, "marks-written",
      what: "chain ip filter c sets mark bits that are ours (0x3f00)", mend: "marks: 0x3f0000")
    let clears = FirewallMark(written: .max, value: 1)
    expect(
      found { $0.chains = [chain("prerouting", [{ $0.marks = [clears] }])] }, "marks-written",
      .advice, what: "clears mark bits", mend: "marks:")
    expect(
      found { $0.markLines = ["-A PREROUTING -j MARK --set-xmark 0x300/0xf00"] }, "marks-written",
      what: "`iptables -A PREROUTING -j MARK", mend: "marks:")
    expect(
      found { $0.markLines = ["-A PREROUTING -j CONNMARK --restore-mark --mask 0xff"] },
      "marks-written", .advice, what: "overwrites", mend: "marks:")
    #expect(
      found {
        $0.markLines = ["-A PREROUTING -j MARK --set-xmark 0x1/0xff", "-A x -j MARK --or-mark 4"]
        $0.chains = [
          chain("prerouting", [{ $0.marks = [FirewallMark(written: 0xff, value: 1)] }])
        ]
      } == [])
  }

  @Test
  func `a firewall that drops what is forwarded`() {
    expect(
      found {
        $0.chains = [
          chain(
            "forward", drops: true,
            [
              {
                $0.reach = .answers; $0.accepts = true
              }
            ])
        ]
      },
      "forwarding-dropped", what: "no rule of it lets anything new pass",
      mend: "nft insert rule ip filter c iifname lan accept")
    let jump = chain("forward", drops: true, [{ $0.jumps = ["open"] }])
    let open = chain(nil, name: "open", [{ $0.accepts = true }])
    expect(
      found { $0.chains = [jump, open] }, "forwarding-dropped", .advice,
      what: "but for what its rules accept", mend: "nft insert")
    expect(
      found { $0.chains = [jump, chain(nil, name: "ufw-forward")] }, "forwarding-dropped",
      what: "", mend: "ufw default allow routed")
    expect(
      found { $0.chains = [jump, chain(nil, name: "DOCKER-USER")] }, "forwarding-dropped",
      what: "", mend: "iptables -I DOCKER-USER -i lan -j ACCEPT")
    let local = Hospital.configuration([1, 2].map { Hospital.uplink($0, nat: .none) })
    #expect(found(local) { $0.chains = [jump] } == [])
  }

  @Test
  func `a firewall that drops answers to probes`() {
    expect(
      found {
        $0.chains = [
          chain(
            "input", drops: true,
            [
              {
                $0.reach = .some; $0.accepts = true
              }
            ])
        ]
      },
      "answers-dropped", what: "accepts no answers",
      mend: "nft insert rule ip filter c ct state established,related accept")
    #expect(
      found {
        $0.chains = [
          chain(
            "input", drops: true,
            [
              {
                $0.reach = .answers; $0.accepts = true
              }
            ])
        ]
      } == [])
  }

  @Test
  func `somebody's translation counts where ours is to an address`() {
    let chains = [chain("postrouting", priority: 100, [{ $0.translates = true }])]
    #expect(found { $0.chains = chains } == [])
    let uplinks = [
      Hospital.uplink(1, nat: .source(IPAddress("10.10.1.2")!)), Hospital.uplink(2),
    ]
    expect(
      found(Hospital.configuration(uplinks)) { $0.chains = chains }, "translation-first", .advice,
      what: "what leaves by isp1", mend: "nft insert rule ip filter c oifname ether1 accept")
  }
}
