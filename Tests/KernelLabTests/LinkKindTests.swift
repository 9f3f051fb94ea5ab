import Glibc
import Lab
import Testing

/// Other things that the lab's kernel must have for what is tested on it.
@Suite(.needsLab, .serialized)
struct LinkKindTests {
  /// Two namespaces with a cable: 192.0.2.2 and 192.0.2.1.
  private func withCable(_ body: (_ here: Namespace, _ there: Namespace) throws -> Void) throws {
    try Scene.with(["here", "there"]) { made, _ in
      _ = try VethCable(from: Port(made[0], "ether1"), to: Port(made[1], "ether1"))
      try made[0].ip("addr add 192.0.2.2/24 dev ether1")
      try made[1].ip("addr add 192.0.2.1/24 dev ether1")
      try body(made[0], made[1])
    }
  }

  @Test
  func `an impaired uplink loses and delays packets, and no longer once it is mended`() throws {
    try withCable { here, there in
      try here.warm(["192.0.2.1"])
      let uplink = Port(here, "ether1")
      try Scene.streaming(from: here, to: there, "192.0.2.1") { stream in
        try uplink.impair(Impairment(loss: 30, delay: .milliseconds(40)))
        let begin = Moment.now
        let first = stream.sent
        try waitUntil("300 packets", within: .seconds(30)) { stream.sent >= first + 300 }
        let mended = Moment.now
        try uplink.impair(nil)
        // Of 300 packets 90 are lost, five standard deviations more or less.
        let impaired = stream.report(from: begin, to: mended - PacketStream.patience)
        #expect((impaired.sent / 6...impaired.sent / 2).contains(impaired.lost), "\(impaired)")
        let arrival = try #require(stream.firstArrival(sentFrom: begin))
        #expect(arrival - begin >= .milliseconds(40))
        try stream.awaitFlow(within: .seconds(10))
      }
    }
  }

  @Test
  func `a VLAN carries packets between those that are in it`() throws {
    try withCable { here, there in
      for (namespace, address) in [(here, "198.51.100.2"), (there, "198.51.100.1")] {
        try namespace.ip(
          "link add link ether1 name ether1.7 type vlan id 7", "link set ether1.7 up",
          "addr add \(address)/24 dev ether1.7")
      }
      // It returns once they flow.
      try Scene.streaming(from: here, to: there, "198.51.100.1") { _ in }
    }
  }

  @Test
  func `a VRF has routes that nobody else has`() throws {
    try withCable { here, _ in
      try here.ip(
        "link add red type vrf table 10", "link set red up", "link set ether1 master red",
        "route add 198.51.100.0/24 via 192.0.2.1 vrf red")
      let inside = try Command.run(
        "ip", "-n", here.name, "route", "get", "198.51.100.1", "vrf", "red")
      #expect(inside.contains("via 192.0.2.1 dev ether1"))
      #expect(try here.source(toward: "198.51.100.1") == nil)
    }
  }

  @Test
  func `there is a watchdog of software`() throws {
    try Command.run("modprobe", "softdog")
    #expect(access("/dev/watchdog", W_OK) == 0)
    let identity = try Command.run("cat", "/sys/class/watchdog/watchdog0/identity")
    #expect(identity == "Software Watchdog\n")
  }
}
