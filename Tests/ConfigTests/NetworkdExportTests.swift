import Config
import Model
import Testing

/// A bond as systemd-networkd's files. That they read back, and that networkd takes them, is tested where
/// importers and the kernel lab are.
struct NetworkdExportTests {
  private static let home: Tree = [
    "bonds": [
      "bond0": [
        "members": ["eth0", "wlan0"], "primary": "eth0", "address": "192.168.1.252/24",
        "gateway": "192.168.1.1", "dns": ["192.168.1.1", "8.8.8.8"],
        "check": ["arp": "gateway"],
      ]
    ]
  ]

  private func export(_ tree: Tree) throws -> NetworkdExport {
    NetworkdExport(try Configuration.read(tree.node))
  }

  @Test
  func `a bond is a device, a network and a file for each port`() throws {
    let export = try export(Self.home)
    #expect(
      export.files.map(\.name) == [
        "30-bond0.netdev", "30-bond0.network", "30-bond0-eth0.network",
        "30-bond0-wlan0.network",
      ])
    #expect(
      export.files.map(\.text) == [
        """
        [NetDev]
        Name=bond0
        Kind=bond

        [Bond]
        Mode=active-backup
        MIIMonitorSec=100ms
        FailOverMACPolicy=active
        GratuitousARP=3
        PrimaryReselectPolicy=always

        """,
        """
        [Match]
        Name=bond0

        [Network]
        Address=192.168.1.252/24
        Gateway=192.168.1.1
        DNS=192.168.1.1
        DNS=8.8.8.8

        """,
        """
        [Match]
        Name=eth0

        [Network]
        Bond=bond0
        PrimarySlave=yes

        """,
        """
        [Match]
        Name=wlan0

        [Network]
        Bond=bond0

        """,
      ])
    #expect(
      export.left == [
        "bond0: its `check`; networkd looks at carriers alone", "bond0: its `damping`",
      ])
  }

  @Test
  func `settings have its names, and what it cannot say is told`() throws {
    let export = try export([
      "damping": "off",
      "bonds": [
        "bond1": [
          "members": ["eth1", "eth2"], "mode": "802.3ad", "updelay": "200ms",
          "lacp_rate": "fast", "lp_interval": "5s", "min_links": "1",
          "all_slaves_active": "delivered",
          "use_carrier": "off",
        ]
      ],
    ])
    let device = try #require(export.files.first?.text)
    for line in [
      "Mode=802.3ad", "UpDelaySec=200ms", "LACPTransmitRate=fast", "LearnPacketIntervalSec=5s",
      "MinLinks=1", "AllSlavesActive=yes",
    ] {
      #expect(device.contains(line + "\n"), "\(line)")
    }
    #expect(export.files[1].text.contains("DHCP=ipv4"))
    #expect(export.left == ["bond1: networkd has no word for `use_carrier: 0`"])
  }

  @Test
  func `what an uplink by the bond has is the bond's there`() throws {
    let export = try export([
      "bonds": ["bond0": ["members": ["eth0", "eth1"]]],
      "uplinks": [
        "isp": ["interface": "bond0", "address": "192.0.2.2/24", "gateway": "192.0.2.1"]
      ],
      "groups": ["internet": ["route": "default", "tiers": [["isp"]]]],
    ])
    #expect(export.files[1].text.contains("Address=192.0.2.2/24\nGateway=192.0.2.1\n"))
  }
}
