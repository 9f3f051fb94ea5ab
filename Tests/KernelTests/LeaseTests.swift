import Foundation
import Lab
import Model
import Testing

@testable import Kernel

/// What DHCP clients write down of the gateways and resolvers they were told.
struct LeaseTests {
  private let name = InterfaceName("ether1")!

  /// Written by systemd-networkd 252 with `UseRoutes=no`.
  private let networkd = """
    # This is private data. Do not parse.
    ADDRESS=10.10.1.2
    NETMASK=255.255.255.0
    ROUTER=10.10.1.1
    DNS=10.10.1.1 8.8.8.8 127.0.0.1 0.0.0.0 9.9.9.9 1.1.1.1
    SERVER_ADDRESS=10.10.1.1
    LIFETIME=120
    """

  /// As ISC dhclient 4.4 appends them.
  private let dhclient = """
    lease {
      interface "ether1";
      fixed-address 10.10.1.2;
      option routers 10.10.1.9;
      expire 6 2026/11/21 14:00:00;
    }
    lease {
      interface "ether2";
      fixed-address 10.20.1.2;
      option routers 10.20.1.1;
    }
    lease {
      interface "ether1";
      fixed-address 10.10.1.4;
      option subnet-mask 255.255.255.0;
      option routers 10.10.1.1, 10.10.1.3;
      option domain-name-servers 10.10.1.1,10.10.1.3;
    }
    """

  private static func address(_ text: String) -> IPAddress { IPAddress(text)! }

  @Test
  func `networkd's lease tells its router, and resolvers that somebody can be`() {
    let told = Lease(
      address: Self.address("10.10.1.2"), gateway: Self.address("10.10.1.1"),
      resolvers: ["10.10.1.1", "8.8.8.8", "9.9.9.9"].map(Self.address))
    #expect(LeaseFiles.lease(inNetworkd: networkd) == told)
    #expect(
      LeaseFiles.lease(inNetworkd: "ADDRESS=10.10.1.2\n")
        == Lease(address: Self.address("10.10.1.2")))
    #expect(LeaseFiles.lease(inNetworkd: "ROUTER=\nROUTER=x\nDNS=\nDNS=x ::1") == Lease())
  }

  @Test
  func `of dhclient's leases the interface's last one counts`() {
    let told = Lease(
      address: Self.address("10.10.1.4"), gateway: Self.address("10.10.1.1"),
      resolvers: ["10.10.1.1", "10.10.1.3"].map(Self.address))
    #expect(LeaseFiles.lease(inDhclient: dhclient, name) == told)
    #expect(LeaseFiles.lease(inDhclient: dhclient, InterfaceName("ether3")!) == nil)
    #expect(LeaseFiles.lease(inDhclient: "lease {\noption routers", name) == nil)
    #expect(
      LeaseFiles.lease(
        inDhclient: "interface \"ether1\";\noption domain-name-servers x;\nfixed-address", name)
        == Lease())
  }

  @Test
  func `files are found by index, by name, or together`() throws {
    let scratch = try ScratchDirectory(tag: "leases")
    let files = LeaseFiles(networkd: scratch.path, dhclient: scratch.path)
    let index = InterfaceIndex(7)
    #expect(files.lease(of: index, name) == nil)
    try scratch.write(dhclient, to: "dhclient.leases")
    #expect(
      files.lease(of: index, InterfaceName("ether2")!)
        == Lease(address: Self.address("10.20.1.2"), gateway: Self.address("10.20.1.1")))
    try scratch.write(networkd.replacing("10.10.1.1", with: "10.10.1.7"), to: "7")
    #expect(files.lease(of: index, name)?.gateway == IPAddress("10.10.1.7"))
  }
}
