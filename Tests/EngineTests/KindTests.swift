import Config
import Engine
import Model
import Testing
import Wire

/// Checks of other kinds than echoes: how they ask, and what they take for an answer.
struct KindTests {
  private static let question = (try? DomainName("example.org")).map { DNSQuestion($0, .a) }

  private static func rig(
    _ kind: CheckKind, _ targets: [CheckTarget] = [.gateway]
  ) -> Rig {
    Rig(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], kind: kind, targets: targets,
        every: .seconds(1)))
  }

  // MARK: ARP

  @Test
  func `arp asks for the gateway's address by the link, from its own`() throws {
    let rig = Self.rig(.arp)
    let probe = try #require(rig.probes.first { $0.destination == Rig.gateway1 })
    #expect(probe.medium == .arp && probe.interface == Rig.ether1)
    let asked = try ARPPacket(parsing: probe.payload.span)
    #expect(asked.operation == .request)
    #expect(asked.target == ARPPacket.Party(hardware: .zero, address: Rig.gateway1))
    #expect(asked.sender.address == IPAddress("10.10.1.2"))
    #expect(asked.sender.hardware == HardwareAddress("02:00:00:00:00:01"))
  }

  enum ARPAnswer: CaseIterable, Sendable {
    case other, gratuitous, toOther, request, otherLink
  }

  @Test(arguments: ARPAnswer.allCases)
  func `only the reply of the asked address to ours on that link counts`(answer: ARPAnswer) throws {
    var rig = Self.rig(.arp)
    for round in 0..<6 {
      rig.run(for: .seconds(1))
      let probe = try #require(rig.probes.last { $0.interface == Rig.ether1 })
      var reply = try ARPPacket(parsing: probe.payload.span)
      let hardware = try #require(HardwareAddress("02:00:00:00:00:99"))
      reply = ARPPacket(
        operation: .reply, sender: .init(hardware: hardware, address: reply.target.address),
        target: reply.sender)
      var link = Rig.ether1
      if round < 3 {
        switch answer {
        case .other: reply.sender = .init(hardware: hardware, address: Rig.gateway2)
        case .gratuitous: reply.target = reply.sender
        case .toOther: reply.target = .init(hardware: hardware, address: reply.target.address)
        case .request: reply.operation = .request
        case .otherLink: link = Rig.ether2
        }
      }
      rig.handle(.received(.arp(reply.bytes), on: link))
      #expect(rig.health(Rig.isp1) == (round < 3 ? (round < 1 ? .unknown : .down) : .up))
    }
  }

  @Test
  func `a link without hardware addresses cannot be probed by arp, and says why`() {
    var rig = Self.rig(.arp)
    rig.handle(.observed([.link(Rig.link(Rig.ether1, "ether1", hardware: nil))]))
    rig.run(for: .seconds(30))
    let check = rig.status.members.first?.checks.first
    #expect(check?.note?.hasPrefix("cannot probe: ether1 has no hardware address") == true)
    #expect(check?.unsent ?? 0 > 20)
    #expect(check?.health == .unknown || check?.health == .down)
  }

  @Test
  func `who is not on the link cannot be asked there`() {
    var rig = Self.rig(.arp, [.address(.v4(0xc000_0201))])
    rig.run(for: .seconds(5))
    #expect(rig.probes.isEmpty)
    let note = rig.status.members.first?.checks.first?.note
    #expect(note == "cannot probe: 192.0.2.1 is in no network of ether1")
    #expect(rig.health(Rig.isp1) == .unknown)
  }

  // MARK: Neighbour discovery

  /// As a neighbour cache hears it in passing, or from a router that has changed its card.
  @Test
  func `only an advertisement that was asked for counts`() throws {
    let gateway = IPAddress("2001:db8:1::1")!
    let uplink = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!,
      addresses: [InterfaceAddress("2001:db8:1::2/64")!], gateways: [gateway])
    let plain = Rig.configuration(uplinks: [uplink], kind: .arp, every: .seconds(1))
    let group = Group(
      name: "internet6", holding: .route(.defaultV6), members: plain.groups[0].members,
      judge: .check("gateway"))
    var rig = Rig(Configuration(uplinks: [uplink], checks: plain.checks, groups: [group]))
    for isAsked in [false, true] {
      for _ in 0..<4 {
        rig.run(for: .seconds(1))
        let probe = try #require(rig.probes.last)
        #expect(probe.medium == .neighbor && probe.source == IPAddress("2001:db8:1::2"))
        let said = NeighborAdvertisement(
          target: gateway, hardware: HardwareAddress("02:00:00:00:00:99"), isSolicited: isAsked)
        rig.handle(.received(.neighbor(said.bytes, hopLimit: 255), on: probe.interface))
      }
      #expect(rig.health(Rig.isp1) == (isAsked ? .up : .down))
    }
  }

  // MARK: DNS

  @Test
  func `dns asks the gateway with another number each time`() throws {
    var rig = Self.rig(.dns(try #require(Self.question)))
    rig.run(for: .seconds(20))
    let probes = rig.probes.filter { $0.destination == Rig.gateway1 }
    #expect(probes.allSatisfy { $0.medium == .udp(port: 53) && $0.interface == Rig.ether1 })
    let numbers = probes.map { Int($0.payload[0]) << 8 | Int($0.payload[1]) }
    #expect(Set(numbers).count > 18)
    #expect(Set(zip(numbers, numbers.dropFirst()).map { $1 - $0 }).count > 15)
  }

  /// The response code, and what it says of the resolver.
  @Test(arguments: [
    (UInt8(0), nil), (3, nil), (2, "failed: SERVFAIL"), (5, "failed: REFUSED"),
    (1, "failed: FORMERR"), (4, "failed: NOTIMP"), (9, "failed: RCODE9"),
  ])
  func `a resolver that knows of no such name works, one that fails does not`(
    code: UInt8, note: String?
  ) throws {
    var rig = Self.rig(.dns(try #require(Self.question)))
    for _ in 0..<4 {
      rig.run(for: .seconds(1))
      let probe = try #require(rig.probes.last { $0.interface == Rig.ether1 })
      rig.handle(.received(Self.response(to: probe) { $0[3] = code }, on: Rig.ether1))
    }
    #expect(rig.health(Rig.isp1) == (note == nil ? .up : .down))
    #expect(rig.status.members.first?.checks.first?.note == note)
  }

  @Test(arguments: 0..<7)
  func `what does not fit the question is nobody's answer`(lie: Int) throws {
    var rig = Self.rig(.dns(try #require(Self.question)))
    for _ in 0..<4 {
      rig.run(for: .seconds(1))
      let probe = try #require(rig.probes.last { $0.interface == Rig.ether1 })
      let source = lie == 5 ? Rig.gateway2 : Rig.gateway1
      let arrival = Self.response(to: probe, from: source, port: lie == 6 ? 5_353 : 53) { message in
        switch lie {
        case 0: message[0] ^= 1
        case 1: message[14] ^= 1
        case 2: message[message.count - 3] = 28
        case 3: message.removeLast(3)
        // A name that points at itself (RFC 1035 §4.1.4).
        case 4: message.replaceSubrange(12..., with: [0xc0, 12, 0, 1, 0, 1])
        default: break
        }
      }
      rig.handle(.received(arrival, on: Rig.ether1))
    }
    #expect(rig.health(Rig.isp1) == .down)
    #expect(rig.status.members.first?.checks.first?.note == nil)
  }

  private static func response(
    to probe: Datagram, from source: IPAddress? = nil, port: UInt16 = 53,
    _ change: (inout [UInt8]) -> Void
  ) -> Arrival {
    var message = probe.payload
    message[2] |= 0x80
    change(&message)
    return .udp(message, from: source ?? probe.destination, port: port)
  }

  @Test(arguments: [CheckKind.ping, .arp] + (question.map { [.dns($0)] } ?? []))
  func `random bytes are nobody's answer, whatever is asked`(kind: CheckKind) {
    var rig = Self.rig(kind)
    rig.answering = []
    rig.run(for: .seconds(10))
    #expect(rig.health(Rig.isp1) == .down)
    var random = RandomSource(seed: 7)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      for arrival: Arrival in [
        .arp(bytes), .neighbor(bytes, hopLimit: 255), .udp(bytes, from: Rig.gateway1, port: 53),
      ] { rig.handle(.received(arrival, on: Rig.ether1)) }
    }
    #expect(rig.health(Rig.isp1) == .down)
  }

  // MARK: Conversations

  private static func requests(_ effects: [Effect]) -> [(request: ProbeRequest, id: ProbeID)] {
    effects.compactMap { if case .begin(let request, let id) = $0 { (request, id) } else { nil } }
  }

  @Test
  func `tcp asks for a connection from the link's address, by the link`() {
    let rig = Self.rig(.tcp, [.port(53, of: .gateway)])
    let tasks = Self.requests(rig.effects).map(\.request.task)
    #expect(
      tasks.first
        == .connect(to: Rig.gateway1, port: 53, from: IPAddress("10.10.1.2"), by: Rig.ether1))
    #expect(rig.status.members.first?.checks.first?.target == "10.10.1.1:53")
  }

  @Test
  func `a program is told by which link to ask`() {
    let rig = Self.rig(.exec(arguments: ["-x"]), [.path("/bin/check")])
    #expect(
      Self.requests(rig.effects).first?.request.task
        == .run(
          ["/bin/check", "-x"],
          environment: [
            "SIAGA_CHECK=gateway", "SIAGA_UPLINK=isp1", "SIAGA_INTERFACE=ether1",
            "SIAGA_FAMILY=ipv4", "SIAGA_ADDRESS=10.10.1.2", "SIAGA_GATEWAY=10.10.1.1",
          ]))
  }

  @Test
  func `a radio is asked by its link, and never suspected`() throws {
    var rig = Self.rig(.wifi(atLeast: -75), [.radio])
    rig.run(for: .seconds(1))
    let asked = try #require(Self.requests(rig.effects).last { $0.id.member == Rig.isp1 })
    #expect(
      asked.request == ProbeRequest(.hear(Rig.ether1, atLeast: -75), timeout: .seconds(1)))
    for _ in 0..<4 {
      _ = rig.takeEffects()
      rig.run(for: .seconds(1))
      for asked in Self.requests(rig.effects) {
        rig.handle(.answered(asked.id, .refused("its signal is -80 dBm")))
      }
    }
    #expect(rig.health(Rig.isp1) == .down && rig.health(Rig.isp2) == .down)
  }

  @Test
  func `what a conversation comes to is the probe's answer, and a refusal is told`() throws {
    var rig = Self.rig(.file, [.path("/run/isp1")])
    let results: [(ProbeResult, Health)] = [
      (.ok, .up), (.refused("it says down"), .up), (.refused("it says down"), .down),
      (.unsent("no thread"), .down), (.ok, .up),
    ]
    for (result, health) in results {
      _ = rig.takeEffects()
      rig.run(for: .seconds(1))
      let asked = try #require(Self.requests(rig.effects).last { $0.id.member == Rig.isp1 })
      #expect(asked.request == ProbeRequest(.read(path: "/run/isp1"), timeout: .seconds(1)))
      rig.handle(.answered(asked.id, result))
      #expect(rig.health(Rig.isp1) == health)
      if health == .down, case .refused = result {
        #expect(rig.status.members.first?.checks.first?.note == "failed: it says down")
        #expect(rig.sentences.contains { $0.contains("failed: it says down") })
      }
    }
  }

  @Test
  func `who answers badly and then not at all is told by its silence`() throws {
    var rig = Self.rig(.file, [.path("/run/isp1")])
    let asked = try #require(Self.requests(rig.effects).last { $0.id.member == Rig.isp1 })
    rig.handle(.answered(asked.id, .refused("it says down")))
    rig.run(for: .milliseconds(1_500))
    let note = rig.status.members.first?.checks.first?.note
    #expect(note == "failed: it says down", "the next may still be answered")
    rig.run(for: .milliseconds(1_500))
    #expect(rig.status.members.first?.checks.first?.note == nil)
  }

  @Test
  func `what is told of a program stands until something else is`() throws {
    var rig = Self.rig(.exec(arguments: []), [.path("/bin/check")])
    let asked = try #require(Self.requests(rig.effects).last { $0.id.member == Rig.isp1 })
    rig.handle(.answered(asked.id, .refused("it was killed")))
    rig.run(for: .seconds(5))
    let note = rig.status.members.first?.checks.first?.note
    #expect(note == "failed: it was killed", "those since are on their way to that")
  }

  /// A program that hangs is being killed while the next of its probes are due.
  @Test
  func `a probe that is skipped for those before it leaves what they said`() throws {
    var rig = Self.rig(.file, [.path("/run/isp1")])
    let steps: [(ProbeResult, String?)] = [
      (.skipped("not over yet"), "cannot probe: not over yet"), (.ok, nil),
      (.refused("it was killed"), "failed: it was killed"),
      (.skipped("not over yet"), "failed: it was killed"),
      (.unsent("no thread"), "cannot probe: no thread"),
    ]
    for (result, note) in steps {
      _ = rig.takeEffects()
      rig.run(for: .seconds(1))
      let asked = try #require(Self.requests(rig.effects).last { $0.id.member == Rig.isp1 })
      rig.handle(.answered(asked.id, result))
      #expect(rig.status.members.first?.checks.first?.note == note)
    }
    #expect(rig.status.members.first?.checks.first?.unsent == 3)
  }

  @Test
  func `this machine's own word on all links at once makes nobody suspect`() {
    var rig = Self.rig(.exec(arguments: []), [.path("/bin/false")])
    rig.run(for: .seconds(20))
    #expect(rig.status.members.allSatisfy { $0.health == .down })
    #expect(rig.status.members.flatMap(\.checks).allSatisfy { !$0.suspect })
  }

  @Test(arguments: [UInt16(80), 443])
  func `two ports of one host are two targets`(open: UInt16) throws {
    let host = CheckHost.address(.v4(0xc000_0201))
    let targets: [CheckTarget] = [.port(80, of: host), .port(443, of: host)]
    var rig = Self.rig(.tcp, targets)
    for _ in 0..<4 {
      _ = rig.takeEffects()
      rig.run(for: .seconds(1))
      for (request, id) in Self.requests(rig.effects) {
        guard case .connect(_, let port, _, _) = request.task else { continue }
        rig.handle(.answered(id, port == open ? .ok : .refused("nobody listens there")))
      }
    }
    let checks = try #require(rig.status.members.first?.checks)
    #expect(checks.map(\.health) == [open == 80 ? .up : .down, open == 443 ? .up : .down])
    #expect(checks.map(\.suspect) == [open != 80, open != 443])
  }
}
