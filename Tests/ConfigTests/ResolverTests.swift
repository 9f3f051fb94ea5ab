import Config
import Model
import Testing

/// `dns` of an uplink, and checks that ask for `resolvers`.
@Suite struct ResolverTests {
  /// Both uplinks have resolvers, and the check asks them.
  private static func tree(
    _ check: Tree = ["dns": ["name": "example.org", "server": "resolvers"]],
    _ changed: (inout Tree) -> Void = { _ in }
  ) -> Tree {
    Tree.dualWAN {
      $0["checks", "gateway"] = check
      $0["uplinks", "isp1", "dns"] = "198.51.100.1"
      $0["uplinks", "isp2", "dns"] = ["198.51.100.2", "2001:db8::53"]
      changed(&$0)
    }
  }

  private static func address(_ text: String) -> IPAddress { IPAddress(text)! }

  @Test
  func `an uplink names its provider's resolvers, and they are of a family each`() throws {
    let configuration = try Configuration.read(Self.tree().node)
    #expect(
      configuration.uplinks.map(\.resolvers) == [
        [Self.address("198.51.100.1")],
        [Self.address("198.51.100.2"), Self.address("2001:db8::53")],
      ])
    #expect(configuration.uplinks[1].resolvers(.ipv6) == [Self.address("2001:db8::53")])
    #expect(configuration.checks[0].targets == [.resolvers])
  }

  @Test
  func `whoever asks hosts can ask them, and as many as there are may be needed`() throws {
    let tcp = try Configuration.read(
      Self.tree(["tcp": ["resolvers:53", "gateway:53"], "need": "4"]).node)
    #expect(tcp.checks[0].targets == [.port(53, of: .resolvers), .port(53, of: .gateway)])
    #expect(tcp.resolved.contains("tcp: [\"resolvers:53\", \"gateway:53\"]"))
    let ping = try Configuration.read(Self.tree(["ping": "resolvers"]).node)
    #expect(ping.checks[0].targets == [.resolvers])
    #expect(
      Self.tree(["ping": "resolver"]).messages == [
        "`ping` takes `gateway`, `resolvers` or an address such as `192.0.2.1` or `2001:db8::1`, "
          + "not `resolver`; did you mean `resolvers`?"
      ])
    #expect(
      Self.tree(["tcp": "resolvers"]).messages
        == ["`tcp` needs a port; write `resolvers:443` or what it is"])
    #expect(
      Self.tree(["arp": "resolvers"]).messages == [
        "check `gateway` asks on the link itself, and none of its targets is in a network of uplink "
          + "`isp1`",
        "check `gateway` asks on the link itself, and none of its targets is in a network of uplink "
          + "`isp2`",
      ])
  }

  private static func unknown(_ family: String) -> String {
    "check `gateway` asks the link's resolvers, and of uplink `isp2` no \(family) resolver can be "
      + "known; add `dns:` to it, or ask an address"
  }

  @Test
  func `where none can be known nobody can ask`() throws {
    let bare = Self.tree { $0["uplinks", "isp2", "dns"] = nil }
    #expect(bare.messages == [Self.unknown("IPv4")])
    // A lease may tell.
    let leased = Self.tree {
      $0["uplinks", "isp2"] = ["interface": "ether2", "gateway": "auto"]
    }
    #expect(leased.problems == [])
    // But not of IPv6.
    let six = Self.tree {
      $0["uplinks", "isp2"] = ["interface": "ether2", "gateway": "auto"]
      $0["groups", "six"] = ["route": "default6", "tiers": ["isp2"], "check": "gateway"]
    }
    #expect(six.messages == [Self.unknown("IPv6")])
    let own = Self.tree {
      $0["uplinks", "isp2", "dns"] = nil
      $0["uplinks", "isp2", "check"] = "gateway"
      $0["groups", "internet", "check"] = nil
    }
    #expect(own.messages == [Self.unknown("IPv4")])
  }

  @Test
  func `each is named once, and is somebody else`() {
    let tree = Self.tree {
      $0["uplinks", "isp1", "dns"] = ["198.51.100.1", "198.51.100.1", "10.10.1.2", "127.0.0.1"]
    }
    #expect(tree.messages == ["`dns` cannot be `127.0.0.1`: it is this machine's own"])
    let others = Self.tree {
      $0["uplinks", "isp1", "dns"] = ["198.51.100.1", "198.51.100.1", "10.10.1.2"]
    }
    #expect(
      others.messages == [
        "`dns` `10.10.1.2` is the uplink's own address; give its provider's resolvers",
        "`dns` has `198.51.100.1` twice",
      ])
  }

  @Test
  func `a budget pays for all that may be asked`() throws {
    func interval(_ uplink: Tree) throws -> Duration {
      let configuration = try Configuration.read(
        Self.tree { $0["uplinks", "isp2"] = uplink }.node)
      return configuration.idleInterval(
        of: configuration.checks[0], by: configuration.uplinks[1])
    }
    let one: Tree = [
      "interface": "ether2", "gateway": "auto", "budget": "1MB/day", "dns": "198.51.100.2",
    ]
    let leased: Tree = ["interface": "ether2", "gateway": "auto", "budget": "1MB/day"]
    let (few, many) = (try interval(one).milliseconds, try interval(leased).milliseconds)
    #expect(abs(many / few - 3) < 0.01)
  }
}
