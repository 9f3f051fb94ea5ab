import Foundation
import Lab
import Model
import Testing

@testable import Kernel

/// What DHCP clients write down of the gateways they were told.
struct LeaseTests {
  private let name = InterfaceName("ether1")!

  /// Written by systemd-networkd 252 with `UseRoutes=no`.
  private let networkd = """
    # This is private data. Do not parse.
    ADDRESS=10.10.1.2
    NETMASK=255.255.255.0
    ROUTER=10.10.1.1
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
      option routers 10.20.1.1;
    }
    lease {
      interface "ether1";
      option subnet-mask 255.255.255.0;
      option routers 10.10.1.1, 10.10.1.3;
    }
    """

  @Test
  func `networkd's lease tells its router`() {
    #expect(LeaseFiles.router(inNetworkd: networkd) == IPAddress("10.10.1.1"))
    #expect(LeaseFiles.router(inNetworkd: "ADDRESS=10.10.1.2\n") == nil)
    #expect(LeaseFiles.router(inNetworkd: "ROUTER=\nROUTER=x") == nil)
  }

  @Test
  func `of dhclient's leases the interface's last one counts`() {
    #expect(LeaseFiles.router(inDhclient: dhclient, name) == IPAddress("10.10.1.1"))
    #expect(LeaseFiles.router(inDhclient: dhclient, InterfaceName("ether3")!) == nil)
    #expect(LeaseFiles.router(inDhclient: "lease {\noption routers", name) == nil)
  }

  @Test
  func `files are found by index, by name, or together`() throws {
    let scratch = try ScratchDirectory(tag: "leases")
    let files = LeaseFiles(networkd: scratch.path, dhclient: scratch.path)
    let index = InterfaceIndex(7)
    #expect(files.gateway(of: index, name) == nil)
    try scratch.write(dhclient, to: "dhclient.leases")
    #expect(files.gateway(of: index, InterfaceName("ether2")!) == IPAddress("10.20.1.1"))
    try scratch.write(networkd.replacing("10.10.1.1", with: "10.10.1.7"), to: "7")
    #expect(files.gateway(of: index, name) == IPAddress("10.10.1.7"))
  }
}
