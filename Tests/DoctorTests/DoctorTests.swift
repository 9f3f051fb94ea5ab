import Config
import Doctor
import Model
import Testing

/// Each finding, and that it is not found where there is nothing.
struct DoctorTests {
  @Test
  func `nothing is found on a healthy machine`() {
    #expect(found { _ in } == [])
    let both = Hospital.configuration(
      [1, 2].map { Hospital.uplink($0, families: [.ipv4, .ipv6]) }, families: [.ipv4, .ipv6])
    #expect(found(both) { _ in } == [])
  }

  @Test
  func `nothing is found of a machine of which nothing is known`() {
    #expect(diagnose(Facts()) == [])
  }

  // MARK: The file, the daemon and their places

  @Test
  func `a file that cannot be read, is not valid, or is probably not meant`() {
    expect(
      found { $0.file = .unreadable(path: Hospital.path, reason: "Permission denied") },
      "file-unreadable", what: "(Permission denied)", mend: "chmod 640 /etc/siaga/siaga.yaml")
    expect(
      found { $0.file = .invalid(path: Hospital.path, problems: ["a:1:1: x", "a:2:1: y"]) },
      "file-invalid", what: "2 problems, at first a:1:1: x", mend: "siaga check")
    expect(
      found {
        $0.file = .valid(path: Hospital.path, Hospital.configuration(), warnings: ["3:1: hm"])
      }, "file-doubtful", .advice, what: "siaga.yaml:3:1: hm", mend: "siaga check")
  }

  @Test
  func `a daemon that runs something else than the file says`() {
    let other = Hospital.configuration(failback: .manual).resolved
    expect(
      found { $0.daemon = .answers(Hospital.status(), runs: other) }, "file-not-in-force",
      what: "was changed, and the daemon has not taken it", mend: "siaga apply \(Hospital.path)")
    expect(
      found { $0.daemon = .answers(Hospital.status(file: nil), runs: other) },
      "file-not-in-force", what: "was started without", mend: "siaga apply")
    expect(
      found { $0.daemon = .answers(Hospital.status(file: "/x.yaml"), runs: other) },
      "file-not-in-force", what: "goes by /x.yaml", mend: "siaga apply")
    #expect(found { $0.daemon = .answers(Hospital.status(), runs: nil) } == [])
  }

  @Test
  func `a daemon that does not answer here, and a target that never does`() {
    expect(
      found { $0.daemon = .silent(process: 7, socket: "/tmp/s") }, "daemon-elsewhere",
      what: "process 7", mend: "siaga doctor --socket /tmp/s")
    expect(
      found { $0.daemon = .answers(Hospital.status(sent: 9, answered: 0), runs: nil) },
      "target-silent", what: "10.10.1.1 has answered none of 9 probes of check gateway by isp1",
      mend: "siaga probe isp1")
    #expect(
      found { $0.daemon = .answers(Hospital.status(sent: 4, answered: 0), runs: nil) } == [])
  }

  @Test
  func `a socket that is closed to the group`() {
    expect(
      found { $0.place.socket?.group = "root" }, "socket-closed", what: "for group root",
      mend: "chgrp siaga /run/siaga/api.sock")
    expect(
      found { $0.place.socket?.mode = 0o600 }, "socket-closed", what: "mode 600",
      mend: "chmod 660")
    expect(
      found { $0.place.socket?.closedDirectory = "/run/siaga" }, "socket-closed",
      what: "lets nobody pass", mend: "chmod o+x /run/siaga")
    #expect(
      found {
        $0.place.hasGroup = false
        $0.place.socket?.group = "root"
      } == [])
  }

  @Test
  func `a state directory that cannot be written, or is full`() {
    expect(
      found { $0.place.state?.isWritable = false }, "state-read-only",
      what: "siaga cannot write in /var/lib/siaga", mend: "remount,rw /var/lib/siaga")
    expect(
      found { $0.place.state?.freeBytes = 8_192 }, "state-full", what: "room for 8 KiB",
      mend: "du -xh")
    expect(
      found { $0.place.state?.freeFiles = 0 }, "state-full", what: "0 files", mend: "du -xh")
  }

  // MARK: Programs and the kernel

  @Test
  func `programs and capabilities that are missing`() {
    expect(
      found { $0.missing = [MissingProgram(path: "nft", purpose: "p")] }, "program-missing",
      what: "no program nft", mend: "apt-get install nftables")
    expect(
      found { $0.missing = [MissingProgram(path: "/opt/told", purpose: "told of changes")] },
      "program-missing", what: "(told of changes)", mend: "chmod +x /opt/told")
    expect(
      found { $0.missingCapabilities = ["CAP_NET_RAW"] }, "capability-missing",
      what: "withholds CAP_NET_RAW", mend: "--cap-add NET_RAW")
  }

  @Test(arguments: [
    (KernelFeature.nftables, "nf_tables"), (.tracking, "nf_conntrack"),
    (.trackingControl, "nf_conntrack_netlink"), (.rules, "policy rules"),
  ])
  func `a kernel that lacks something`(feature: KernelFeature, word: String) {
    let findings = found { $0.lacking = [feature] }
    #expect(findings.map(\.name) == ["kernel-feature-missing"])
    #expect(findings.first?.what.contains(word) == true)
  }

  @Test
  func `multipath is missed by those who share, and IPv6 by those who want it`() {
    #expect(found { $0.lacking = [.multipath, .ipv6] } == [])
    var shared = Hospital.configuration()
    shared.groups = [
      Group(
        name: "internet", holding: .route(.defaultV4),
        members: shared.uplinks.map { Member(.uplink($0.name), tier: 1) })
    ]
    expect(
      found(shared) { $0.lacking = [.multipath] }, "kernel-feature-missing", what: "share a route",
      mend: "apt-get")
    let six = Hospital.configuration(
      [Hospital.uplink(1, families: [.ipv6])], families: [.ipv6])
    expect(
      found(six) { $0.lacking = [.ipv6] }, "kernel-feature-missing", what: "no IPv6",
      mend: "ipv6.disable")
  }

  @Test
  func `IPv6 that is disabled where a group wants it`() {
    let six = Hospital.configuration(
      [Hospital.uplink(1, families: [.ipv6])], families: [.ipv6])
    let setting = Sysctl("net/ipv6/conf/ether1/disable_ipv6")
    expect(
      found(six) { $0.settings[setting] = "1" }, "ipv6-disabled", what: "internet6 wants it",
      mend: "sysctl -w net/ipv6/conf/ether1/disable_ipv6=0")
    #expect(found { $0.settings[setting] = "1" } == [])
  }

  // MARK: Others

  @Test
  func `others who manage the network`() {
    expect(
      found { $0.networkd = "ManageForeignRoutes=no" }, "networkd-removes",
      what: "without ManageForeignRoutes=no",
      mend: #"printf '[Network]\nManageForeignRoutes=no\n'"#)
    let others: [(String, [String], String, Severity, String)] = [
      ("NetworkManager", [], "network-manager", .advice, "nmcli device set ether1 managed no"),
      ("dhcpcd", ["dhcpcd", "ether1"], "dhcp-client", .advice, "denyinterfaces ether1"),
      ("dhclient", ["dhclient", "ether1"], "dhcp-client", .advice, "dhclient -r ether1"),
      ("udhcpc", ["udhcpc", "-i", "ether1"], "dhcp-client", .advice, "kill 9"),
      ("keepalived", [], "keepalived", .advice, "keepalived.conf"),
      ("mwan3track", [], "second-switcher", .problem, "siaga import mwan3"),
      ("foolsm", [], "second-switcher", .problem, "kill 9"),
    ]
    let one = Hospital.configuration([Hospital.uplink(1)])
    for (program, arguments, name, severity, mend) in others {
      let findings = found(one) {
        $0.programs = [RunningProgram(process: 9, name: program, arguments: arguments)]
      }
      expect(findings, name, severity, what: program, mend: mend)
    }
    expect(
      found(one) { $0.ifupdown = [Hospital.ether1] }, "ifupdown", .advice, what: "ether1",
      mend: "inet manual")
    #expect(
      found(one) {
        $0.programs = [RunningProgram(process: 9, name: "dhclient", arguments: ["lan"])]
        $0.ifupdown = [InterfaceName("lan")!]
      } == [])
  }

  @Test
  func `tracked flows that are nearly too many, or soon`() {
    expect(
      found { $0.tracking = TrackingFacts(count: 80, most: 100_000) }
        + found {
          $0.tracking = TrackingFacts(count: 90_000, most: 100_000)
        }, "tracking-full", what: "90000 of 100000", mend: "nf_conntrack_max=200000")
    expect(
      found { $0.tracking = TrackingFacts(count: 8, most: 8_192) }, "tracking-small", .advice,
      what: "8192 flows at most", mend: "nf_conntrack_max=131072")
  }

  @Test
  func `bounds that are too low`() {
    expect(
      found { $0.limits.openFiles = 64 }, "files-few", what: "may open 64 files",
      mend: "LimitNOFILE=65536")
    expect(
      found { $0.limits.tasks = .init(used: 30, most: 33) }, "tasks-full", what: "30 of 33",
      mend: "TasksMax=512")
    expect(
      found { $0.limits.memory = .init(used: 60 << 20, most: 64 << 20) }, "memory-full",
      what: "60 of 64 MiB", mend: "MemoryMax=256M")
    expect(
      found { $0.limits.socketBuffer = 212_992 }, "buffer-small", .advice, what: "208 KiB",
      mend: "net.core.rmem_max=4194304")
  }

  @Test
  func `a clock that nobody keeps, or that is wrong`() {
    expect(
      found { $0.clock.isSynchronized = false }, "clock-unsynchronized", .advice,
      what: "nobody keeps the wall clock right", mend: "timedatectl set-ntp true")
    let window = DailyWindow(from: 60, to: 300)
    let nightly = Hospital.configuration(failback: .delayed(after: .zero, between: window))
    expect(
      found(nightly) { $0.clock.isSynchronized = false }, "clock-unsynchronized",
      what: "internet is given back between hours of the day", mend: "timedatectl")
    expect(
      found { $0.clock.wall = Timestamp(nanoseconds: 0) }, "clock-wrong",
      what: "1970-01-01T00:00:00", mend: "date -s")
  }
}
