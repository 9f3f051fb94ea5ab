import Glibc
import Lab
import Testing

/// `siaga doctor` on networks that have what it looks for, where no daemon runs.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct DoctorTests {
  private static let file = """
    uplinks:
      isp1: { interface: ether1, gateway: 10.10.1.1, nat: masquerade }
      isp2: { interface: ether2, gateway: 10.20.1.1, nat: masquerade }
    groups:
      internet: { route: default, tiers: [[isp1], [isp2]] }

    """

  /// A router whose links have their addresses, and which forwards.
  private func visit(
    _ file: String = Self.file, _ body: (SeedNetwork, ScratchDirectory, Doctor) throws -> Void
  ) throws {
    let network = try SeedNetwork(tag: Scene.tag())
    defer {
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    try network.gateway.set(["net.ipv4.ip_forward": "1"])
    for ether in ["ether1", "ether2"] {
      try network.gateway.set(["net.ipv4.conf.\(ether).ignore_routes_with_linkdown": "1"])
    }
    try network.gateway.ip("addr add 10.10.1.2/24 dev ether1", "addr add 10.20.1.2/24 dev ether2")
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write(file, to: "siaga.yaml")
    try body(
      network, scratch, Doctor(namespace: network.gateway, file: scratch.file("siaga.yaml")))
  }

  /// Before, it is not found; then it is, and nothing else.
  private func expect(
    _ doctor: Doctor, finds name: String, _ what: String,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let report = try doctor.report()
    let finding = report[name]
    #expect(
      finding?.what.contains(what) == true, "\(report.findings)", sourceLocation: location)
    #expect(report.ofNetwork.map(\.name) == [name], sourceLocation: location)
  }

  @Test
  func `a router without a daemon is well, and so is a machine without a file`() throws {
    try visit { network, _, doctor in
      #expect(try doctor.report().ofNetwork.isEmpty)
      let bare = try Doctor(namespace: network.gateway).report()
      #expect(bare.ofNetwork.isEmpty)
    }
  }

  @Test
  func `settings that are not as they must be are found, and mended by the command`() throws {
    try visit { network, _, doctor in
      let settings: [(String, String, String)] = [
        ("net.ipv4.conf.ether1.rp_filter", "1", "strict-filter"),
        ("net.ipv4.ip_forward", "0", "forwarding-off"),
        ("net.ipv4.conf.ether2.ignore_routes_with_linkdown", "0", "dead-links-used"),
      ]
      for (setting, value, name) in settings {
        try network.gateway.set([setting: value])
        try expect(doctor, finds: name, "`siaga run` sets that")
        let remedy = try #require(try doctor.report()[name]?.remedy)
        try Command.run(network.gateway.command(["sh", "-c", remedy]))
        #expect(try doctor.report()[name] == nil)
      }
      try network.gateway.set(["net.ipv4.conf.ether1.rp_filter": "1"])
      var inContainer = doctor
      inContainer.wrapper = [
        "sh", "-c",
        "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec \"$@\"",
        "sh",
      ]
      let report = try inContainer.report()
      #expect(report["settings-read-only"]?.remedy.contains("rp_filter=2") == true)
    }
  }

  @Test
  func `links and gateways that are not there are found`() throws {
    try visit { network, scratch, doctor in
      try scratch.write(Self.file.replacing("ether2", with: "ehter2"), to: "siaga.yaml")
      try expect(doctor, finds: "interface-missing", "is ether2 meant?")
      // Mended but for telling the daemon, of which there is none.
      let remedy = try #require(try doctor.report()["interface-missing"]?.remedy)
      try Command.run("sh", "-c", String(remedy.split(separator: " &&")[0]))
      #expect(try doctor.report().ofNetwork.isEmpty)
      try network.gateway.ip("link set ether2 down")
      try expect(doctor, finds: "interface-down", "ether2 (isp2) is set down")
      try network.gateway.ip("link set ether2 up")
      try network.isp2.router.ip("addr del 10.20.1.1/24 dev customer")
      try expect(doctor, finds: "gateway-silent", "nobody on ether2 answers for 10.20.1.1")
      try network.isp2.router.ip("addr add 10.20.1.1/24 dev customer")
      try network.isp1.router.ip("addr add 10.10.1.2/24 dev customer")
      // Who has our address hears no question of ours.
      let twice = try doctor.report()
      #expect(twice.ofNetwork.map(\.name) == ["gateway-silent", "address-twice"])
      #expect(twice["address-twice"]?.what.hasPrefix("10.10.1.2 of isp1 is also ") == true)
      try network.isp1.router.ip("addr del 10.10.1.2/24 dev customer")
      try scratch.write(Self.file.replacing("10.20.1.1", with: "10.21.1.1"), to: "siaga.yaml")
      let elsewhere = try doctor.report()
      #expect(elsewhere.ofNetwork.map(\.name) == ["gateway-elsewhere", "gateway-silent"])
    }
  }

  @Test
  func `packet sizes, and IPv6 that is disabled, are found`() throws {
    try visit { network, scratch, doctor in
      try network.gateway.ip("link set ether2 mtu 1492")
      try expect(doctor, finds: "mtu-differs", "1492 bytes, and hosts inside send up to 1500")
      try network.gateway.ip("link set ether2 mtu 1500")
      let six = """
        uplinks:
          isp1: { interface: ether1, gateway: auto }
        groups:
          internet6: { route: default6, tiers: [[isp1]] }

        """
      try scratch.write(six, to: "siaga.yaml")
      try network.gateway.set(["net.ipv6.conf.ether1.ignore_routes_with_linkdown": "1"])
      try expect(doctor, finds: "ipv6-disabled", "internet6 wants it of isp1")
      try network.gateway.set(["net.ipv6.conf.ether1.disable_ipv6": "0"])
      try network.gateway.ip("link set ether1 mtu 1000")
      let small = try doctor.report()
      #expect(small["mtu-too-small"]?.remedy == "ip link set ether1 mtu 1280")
    }
  }

  /// Runs the command but for telling the daemon, of which there is none.
  private func mend(_ doctor: Doctor, _ name: String) throws {
    let remedy = try #require(try doctor.report()[name]?.remedy)
    let edit = try #require(remedy.split(separator: "# or: ").last?.split(separator: " &&").first)
    try Command.run("sh", "-c", String(edit))
    #expect(try doctor.report().ofNetwork.isEmpty, "\(edit)")
  }

  @Test
  func `commands that edit the file make it a valid one that is well, in either style`() throws {
    let block = """
      marks: 0x3f00
      uplinks:
        isp1: { interface: ether1, gateway: 10.10.1.1, nat: masquerade }
        isp2:
          interface: ether2
          gateway: 10.20.1.1
          nat: masquerade
      groups:
        internet: { route: default, tiers: [[isp1], [isp2]] }

      """
    for file in [Self.file, block] {
      try visit(file) { network, scratch, doctor in
        try network.gateway.ip("link set ether2 mtu 1492")
        try mend(doctor, "mtu-differs")
        try network.gateway.ip("rule add pref 9 fwmark 0x200/0xf00 lookup 2004")
        try mend(doctor, "rule-by-our-marks")
        let marks = try scratch.read("siaga.yaml").split(separator: "\n").filter {
          $0.hasPrefix("marks:")
        }
        #expect(marks == ["marks: 0x3f0000"])
      }
    }
    let elsewhere = Self.file.replacing("10.20.1.1", with: "10.21.1.1")
    try visit(elsewhere) { network, _, doctor in
      try network.gateway.ip("route add default via 10.20.1.1 dev ether2 metric 9")
      let remedy = try #require(try doctor.report()["gateway-elsewhere"]?.remedy)
      try Command.run("sh", "-c", String(remedy.split(separator: " &&")[0]))
      #expect(try doctor.report().ofNetwork.isEmpty)
    }
  }

  @Test
  func `a file that the daemon's user may not read is found`() throws {
    try visit { _, scratch, doctor in
      try scratch.write("siaga:x:4711:4711::/:/bin/false\n", to: "passwd")
      var closed = doctor
      closed.mounts = [Mount(scratch.file("passwd"), at: "/etc/passwd")]
      #expect(try closed.report()["file-unreadable"] == nil)
      try Command.run("chmod", "600", scratch.file("siaga.yaml"))
      let found = try #require(try closed.report()["file-unreadable"])
      #expect(found.what.contains("its mode is 600"))
    }
  }

  @Test
  func `routes and rules of others are found, and mended by the command`() throws {
    try visit { network, _, doctor in
      let others: [(String, String, String)] = [
        (
          "route add 0.0.0.0/1 via 10.20.1.1 dev ether2", "half-default", "0.0.0.0/1 by ether2"
        ),
        (
          "route add default via 10.20.1.1 dev ether2 table 8300", "route-in-our-table",
          "into table 8300"
        ),
        ("rule add pref 8400 from all lookup 77", "rule-among-ours", "at priority 8400"),
        ("rule add pref 9 fwmark 0x200/0xf00 lookup 2004", "rule-by-our-marks", "(0x3f00)"),
      ]
      for (line, name, what) in others {
        try network.gateway.ip(line)
        try expect(doctor, finds: name, what)
        let remedy = try #require(try doctor.report()[name]?.remedy)
        try Command.run(network.gateway.command(["sh", "-c", remedy]))
        #expect(try doctor.report().ofNetwork.isEmpty, "\(remedy)")
      }
      try network.gateway.ip(
        "route add default via 10.20.1.1 dev ether2 table 77", "rule add pref 100 lookup 77")
      try expect(doctor, finds: "rule-before-ours", "what internet should hold to table 77")
    }
  }

  @Test
  func `firewalls of others are found`() throws {
    let address = Self.file.replacing(
      "10.10.1.1, nat: masquerade", with: "10.10.1.1, nat: 10.10.1.2")
    try visit(address) { network, _, doctor in
      let firewalls: [(String, String, String)] = [
        (
          "chain c { type filter hook prerouting priority 0; meta mark set 0x200; }",
          "marks-written", "chain ip other c sets mark bits"
        ),
        (
          """
          chain c {
            type filter hook prerouting priority 0
            meta mark set meta mark & 0xfffff0ff | 0x300
          }
          """, "marks-written", "sets mark bits"
        ),
        (
          """
          chain c {
            type filter hook forward priority 0; policy drop
            ct state established,related accept
            meta l4proto icmp accept
          }
          """, "forwarding-dropped", "no rule of it lets anything new pass"
        ),
        (
          """
          chain c {
            type filter hook input priority 0; policy drop
            iifname lo accept
          }
          """, "answers-dropped", "accepts no answers"
        ),
        (
          "chain c { type nat hook postrouting priority srcnat; oifname ether1 masquerade; }",
          "translation-first", "what leaves by isp1"
        ),
      ]
      for (chain, name, what) in firewalls {
        try network.gateway.nft("table ip other {\n\(chain)\n}\n")
        try expect(doctor, finds: name, what)
        try network.gateway.nft("delete table ip other\n")
      }
      try network.gateway.nft(
        """
        table ip other {
          chain c {
            type filter hook input priority 0; policy drop
            ct state established,related accept
          }
          chain f {
            type filter hook prerouting priority 0
            meta mark set meta mark & 0xffffff00 | 0x1
          }
        }

        """)
      #expect(try doctor.report().ofNetwork.isEmpty)
      try network.gateway.nft("delete table ip other\n")
      try Command.run(
        network.gateway.command(
          "iptables -t mangle -A PREROUTING -j MARK --set-xmark 0x300/0xf00".split(separator: " ")
            .map { String($0) }))
      #expect(try doctor.report()["marks-written"] != nil)
    }
  }

  @Test
  func `ufw's and Docker's own words are told where it is they who drop`() throws {
    try visit { network, _, doctor in
      let ufw = try UFW(in: network.gateway, tag: Scene.tag())
      try ufw.run("enable")
      let finding = try #require(try doctor.report()["forwarding-dropped"])
      #expect(finding.remedy == "ufw default allow routed")
      #expect(try doctor.report()["answers-dropped"] == nil)
      try ufw.run("default", "allow", "routed")
      #expect(try doctor.report().ofNetwork.isEmpty)
    }
  }

  @Test
  func `other programs that manage the network are found, and those that are missing`() throws {
    let addressed = """
      uplinks:
        isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
      checks:
        modem: { exec: [/opt/no/such/program], every: 10s }
      groups:
        internet: { route: default, tiers: [[isp1]], check: modem }

      """
    try visit(addressed) { network, scratch, doctor in
      try expect(doctor, finds: "program-missing", "/opt/no/such/program (check modem)")
      try scratch.write(
        addressed.replacing("/opt/no/such/program", with: "/bin/true"), to: "siaga.yaml")
      let programs = [
        ("mwan3track", "second-switcher"), ("keepalived", "keepalived"),
        ("dhcpcd", "dhcp-client"), ("NetworkManager", "network-manager"),
      ]
      for (program, name) in programs {
        try Command.run("cp", "/bin/sleep", scratch.file(program))
        let running = try Program(
          [scratch.file(program), "60"], in: network.gateway, log: scratch.file("log"))
        defer { running.end() }
        try waitUntil("\(program) runs", within: .seconds(5)) {
          try doctor.report()[name] != nil
        }
        try expect(doctor, finds: name, "\(program) (process ")
      }
      #expect(try doctor.report().ofNetwork.isEmpty)
      var bare = doctor
      bare.wrapper = ["env", "PATH=/nowhere"]
      #expect(try bare.report()["program-missing"]?.remedy == "apt-get install nftables")
      var weak = doctor
      weak.wrapper = ["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"]
      let withheld = try weak.report()
      #expect(withheld["capability-missing"]?.what.contains("CAP_NET_RAW") == true)
      #expect(withheld.unseen.contains { $0.contains("CAP_NET_RAW") })
    }
  }

  @Test
  func `what the kernel tracks, and files that are not valid, are found`() throws {
    try visit { _, scratch, doctor in
      var crowded = doctor
      let folder = "/proc/sys/net/netfilter"
      try scratch.write("9000\n", to: "count")
      try scratch.write("10000\n", to: "max")
      crowded.mounts = [
        Mount(scratch.file("count"), at: "\(folder)/nf_conntrack_count"),
        Mount(scratch.file("max"), at: "\(folder)/nf_conntrack_max"),
      ]
      let report = try crowded.report()
      #expect(report["tracking-full"]?.what == "9000 of 10000 flows are tracked")
      #expect(report["tracking-small"] != nil)
      try scratch.write(Self.file.replacing("tiers", with: "tires"), to: "siaga.yaml")
      try expect(doctor, finds: "file-invalid", "did you mean `tiers`?")
      let missing = Doctor(namespace: doctor.namespace, file: scratch.file("none.yaml"))
      let outcome = try missing.outcome()
      #expect(outcome.exit == .status(2))
      #expect(outcome.errors.contains("there is no such file"))
    }
  }

  @Test
  func `without root it says what it could not look at`() throws {
    try visit { _, _, doctor in
      var nobody = doctor
      nobody.wrapper = [
        "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set",
        "-all",
      ]
      // Its own directory is closed to others.
      nobody.file = nil
      let report = try nobody.report()
      #expect(report.unseen.contains { $0.contains("firewalls: ") })
      #expect(report.unseen.contains { $0.contains("that takes CAP_NET_RAW") })
      #expect(report.ofNetwork.isEmpty)
    }
  }
}
