import Lab

/// What Linux does by itself, with two default routes and masquerade: the peer to compare with.
struct KernelAlone {
  let network: SeedNetwork
  let stream: PacketStream

  /// With `heedsCarrier` the kernel leaves a route aside while its link has no carrier;
  /// without, which is how Linux comes, it goes on using it.
  init(wiring: SeedNetwork.Wiring, heedsCarrier: Bool) throws {
    network = try SeedNetwork(tag: "kernel", wiring: wiring)
    do {
      try Self.configure(network.gateway, heedsCarrier: heedsCarrier)
      try network.warm()
      stream = try network.stream()
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(3))
    } catch {
      try network.tearDown()
      throw error
    }
  }

  func end() throws {
    stream.stop()
    try network.tearDown()
  }

  private static func configure(_ gateway: Namespace, heedsCarrier: Bool) throws {
    try gateway.ip(
      "addr add 10.10.1.2/24 dev ether1",
      "addr add 10.20.1.2/24 dev ether2",
      "route add default via 10.10.1.1 metric 1",
      "route add default via 10.20.1.1 metric 2")
    let heed = heedsCarrier ? "1" : "0"
    try gateway.set([
      "net.ipv4.ip_forward": "1",
      "net.ipv4.conf.all.ignore_routes_with_linkdown": heed,
      "net.ipv4.conf.ether1.ignore_routes_with_linkdown": heed,
      "net.ipv4.conf.ether2.ignore_routes_with_linkdown": heed,
    ])
    try gateway.nft(
      """
      table ip peer {
        chain out {
          type nat hook postrouting priority srcnat;
          oifname { "ether1", "ether2" } masquerade
        }
      }
      """)
  }
}
