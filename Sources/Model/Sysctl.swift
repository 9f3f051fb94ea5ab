/// A kernel setting below /proc/sys, such as `net/ipv4/ip_forward`.
public struct Sysctl: Hashable, Comparable, Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  public static func < (left: Sysctl, right: Sysctl) -> Bool {
    left.path < right.path
  }

  /// A setting of an interface goes with the interface.
  public func concerns(_ name: InterfaceName) -> Bool {
    path.split(separator: "/").dropLast().last.map { $0 == name.text } ?? false
  }

  /// As `sysctl` takes it: slashes, since an interface's name may hold a dot.
  public var text: String { path }
}

extension Sysctl {
  public static func forwarding(_ family: Family) -> Sysctl {
    switch family {
    case .ipv4: Sysctl("net/ipv4/ip_forward")
    case .ipv6: Sysctl("net/ipv6/conf/all/forwarding")
    }
  }

  /// What the ways of a route of several hops are shared by; 1: addresses and ports.
  public static func multipathHash(_ family: Family) -> Sysctl {
    Sysctl("net/\(family)/fib_multipath_hash_policy")
  }

  public static func ignoreLinkdown(_ name: InterfaceName, _ family: Family) -> Sysctl {
    Sysctl("net/\(family)/conf/\(name)/ignore_routes_with_linkdown")
  }

  public static func reversePathFilter(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/rp_filter")
  }

  /// So that an address can be changed: without it the old one takes the new one with it.
  public static func promoteSecondaries(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/promote_secondaries")
  }

  /// 1: who asks by ARP is answered for addresses of that interface alone.
  public static func ignoreARP(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/arp_ignore")
  }

  /// 2: who is asked by ARP learns an address of that interface alone.
  public static func announceARP(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/arp_announce")
  }

  /// 1: the interface has no IPv6 at all.
  public static func withoutIPv6(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv6/conf/\(name)/disable_ipv6")
  }

  /// 1: the kernel makes no link-local address of its own there.
  public static func linkLocalMode(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv6/conf/\(name)/addr_gen_mode")
  }

  /// 2: router advertisements count although this machine forwards.
  public static func acceptAdvertisements(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv6/conf/\(name)/accept_ra")
  }
}
