import Config
import Election
import Model
import Testing
import Wire

@testable import Engine

/// One node's engine, between a kernel that obeys at once and another node that says what it is
/// told to say.
struct NodeRig {
  var engine: Engine
  private(set) var now = Instant.zero + .seconds(1)
  private(set) var effects: [Effect] = []  // since they were last taken
  /// With which priority the other node says that it holds; nil: it says nothing.
  var other: UInt8?
  /// The other node's end of the nodes' own channel; nil: it is not there.
  private(set) var peer: PeerChannel?
  /// The kernel does what is wanted.
  var obeys = true
  private var otherSpeaksAt = Instant.zero
  private let otherHost: UInt32

  static let a = MemberID.node("a")
  static let b = MemberID.node("b")
  static let ether1 = InterfaceIndex(2)
  static let lan = InterfaceIndex(4)
  static let wan = InterfaceIndex(5)
  static let interval = Duration.milliseconds(100)
  static let cluster = Cluster(
    keyFile: "/key", heartbeat: .milliseconds(100), fall: 3, port: 8_383)

  /// What one virtual router says, on the link of its number.
  struct Said: Equatable {
    var link: InterfaceIndex
    var priority: UInt8
  }

  static func router(
    _ name: String, _ number: UInt8, _ address: String, isUnicast: Bool = false,
    mac: RouterMAC = .own
  ) -> VirtualRouter {
    VirtualRouter(
      id: .init(interface: InterfaceName(name)!, family: .ipv4, number: number),
      addresses: [IPAddress(address)!], interval: interval, isUnicast: isUnicast,
      mac: mac)
  }

  /// The pair of the manual.
  static func pair(
    _ node: NodeName = "a", priority: UInt8? = nil, failback: Failback = .auto,
    needs: [GroupName] = ["internet"], isUnicast: Bool = false, cluster: Cluster? = nil,
    mac: RouterMAC = .own, judge: Judge? = nil
  ) -> Configuration {
    let uplink = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!,
      addresses: [InterfaceAddress("10.10.1.2/24")!], gateways: [IPAddress("10.10.1.1")!])
    let internet = Group(
      name: "internet", holding: .route(.defaultV4),
      members: [Member(.uplink("isp1"), tier: 1)], damping: nil)
    let gateway = Group(
      name: "gateway",
      holding: .addresses([
        router("lan", 51, "10.1.0.1", isUnicast: isUnicast, mac: mac),
        router("wan", 52, "10.2.0.1", isUnicast: isUnicast, mac: mac),
      ]), members: [Member(a, tier: 1), Member(b, tier: 2)], judge: judge, failback: failback,
      damping: nil, needs: needs)
    return Configuration(
      node: node, uplinks: [uplink],
      nodes: [
        Node(name: "a", addresses: host(2), priority: priority),
        Node(name: "b", addresses: host(3)),
      ], cluster: cluster, groups: [internet, gateway])
  }

  static func host(_ number: UInt32) -> [IPAddress] {
    [.v4(10 << 24 | 1 << 16 | number), .v4(10 << 24 | 2 << 16 | number)]
  }

  /// - Parameter left: addresses that an earlier daemon left standing.
  init(
    _ configuration: Configuration = pair(), left: [HeldAddress] = [], memory: Memory = Memory()
  ) {
    let isA = configuration.node == "a"
    otherHost = isA ? 3 : 2
    engine = Engine(seed: 1)
    handle(.remembered(memory))
    handle(.configured(configuration))
    var kernel = KernelState()
    kernel.apply(.link(Rig.link(Self.ether1, "ether1")))
    for ((index, name), own) in zip([(Self.lan, "lan"), (Self.wan, "wan")], Self.host(isA ? 2 : 3))
    {
      kernel.apply(.link(Rig.link(index, name)))
      kernel.apply(
        .address(HeldAddress(interface: index, address: InterfaceAddress(own, length: 24))))
    }
    for address in left { kernel.apply(.address(address)) }
    handle(.resynced(kernel))
  }

  @discardableResult
  mutating func handle(_ event: Event) -> [Effect] {
    let followed = engine.handle(event, at: now)
    take(followed)
    return followed
  }

  @discardableResult
  mutating func order(_ command: Command) throws(CommandRefused) -> String {
    let (answer, followed) = try engine.carryOut(command, at: now)
    take(followed)
    return answer
  }

  mutating func carrier(_ index: InterfaceIndex, _ name: String, _ hasCarrier: Bool) {
    handle(.observed([.link(Rig.link(index, name, hasCarrier: hasCarrier))]))
  }

  mutating func run(for duration: Duration) {
    let end = now + duration
    while true {
      let speaks = other == nil ? nil : max(otherSpeaksAt, now)
      let dues = [engine.wakesAt, speaks, peer?.nextWake]
      #expect(engine.wakesAt == engine.nextWake?.at)
      guard let next = dues.compactMap({ $0 }).min(), next <= end else { break }
      now = max(now, next)
      if let due = peer?.nextWake, due <= now, let said = peer?.woke(at: now) {
        tell(said.datagrams)
      }
      if let other, otherSpeaksAt <= now {
        otherSpeaksAt = now + Self.interval
        hear(other, on: Self.lan)
        hear(other, on: Self.wan)
      }
      handle(.woke)
    }
    now = end
  }

  /// An advertisement of the other node.
  mutating func hear(
    _ priority: UInt8, on link: InterfaceIndex, router: UInt8? = nil, from source: IPAddress? = nil,
    hopLimit: UInt8 = 255, changing: (inout [UInt8]) -> Void = { _ in }
  ) {
    let place = link == Self.lan ? 0 : 1
    let source = source ?? Self.host(otherHost)[place]
    let destination = VRRPAdvertisement.multicastGroup(.ipv4)
    let advertisement = VRRPAdvertisement(
      version: .three, router: router ?? UInt8(51 + place), priority: priority,
      interval: Self.interval, addresses: [Self.host(1)[place]])
    var bytes = advertisement.bytes(from: source, to: destination, checksum: .pseudoHeader)
    changing(&bytes)
    let packet = VRRPPacket(
      bytes: bytes, source: source, destination: destination, hopLimit: hopLimit)
    handle(.received(.vrrp(packet), on: link))
  }

  private mutating func take(_ followed: [Effect]) {
    effects += followed
    for effect in followed {
      if case .want(let wanted) = effect, obeys { obey(wanted) }
      if case .send(let datagram) = effect, case .peer = datagram.medium,
        let heard = peer?.received(datagram.payload, at: now)
      {
        tell(heard.answers)
      }
    }
  }

  private mutating func tell(_ datagrams: [Datagram]) {
    for datagram in datagrams {
      handle(.received(.peer(datagram.payload), on: InterfaceIndex(0)))
    }
  }

  private mutating func obey(_ wanted: Wanted) {
    let observed = engine.observed
    let shared = [Self.lan, Self.wan].flatMap { observed.addresses(on: $0) }.filter {
      Self.host(1).contains($0.address.address)
    }
    let macvlans = wanted.links.filter { observed.link(named: $0.name) == nil }.sorted()
    if !macvlans.isEmpty { return make(macvlans) }
    var deltas = wanted.addresses.filter { !observed.holds($0) }.sorted()
      .map(KernelState.Delta.address)
    deltas += shared.filter { held in !wanted.addresses.contains { $0.isSame(as: held) } }
      .map(KernelState.Delta.addressGone)
    deltas += wanted.routes.subtracting(observed.routes).sorted().map(KernelState.Delta.route)
    deltas += observed.routes.subtracting(wanted.routes).sorted().map(KernelState.Delta.routeGone)
    if !deltas.isEmpty { handle(.observed(deltas)) }
  }

  private mutating func make(_ macvlans: [VirtualLink]) {
    let links = macvlans.map { macvlan in
      Link(
        index: InterfaceIndex(macvlan.parent.value + 100), name: macvlan.name, isUp: true,
        hasCarrier: true, hardwareAddress: macvlan.hardware, group: Ours.linkGroup,
        macvlan: Macvlan(parent: macvlan.parent, mode: .bridge))
    }
    handle(.observed(links.map(KernelState.Delta.link)))
  }
}

// MARK: - The nodes' own channel

extension NodeRig {
  /// The other node speaks on it from now on.
  /// - Parameter epoch: another at each of its starts.
  mutating func meet(epoch: UInt64 = 22) {
    let own: NodeName = otherHost == 3 ? "b" : "a"
    peer = PeerChannel(
      engine.configuration.cluster ?? Self.cluster, nodes: engine.configuration.nodes, own: own,
      epoch: epoch,
      digest: engine.channel?.digest ?? 0, after: nil, at: now)
  }

  /// What the other node says of the group; what follows goes to and fro until nothing is new.
  mutating func says(
    _ role: PeerMessage.GroupWord.Role, _ priority: UInt8, wants: Bool = false
  ) {
    let word = PeerMessage.GroupWord(
      group: stableHash("gateway"), role: role, priority: priority, wants: wants)
    if let said = peer?.says([word], at: now) { tell(said) }
  }

  /// The other node's power, or the channel, is gone.
  mutating func part() { peer = nil }

  /// What the other node was last told of the group.
  var told: PeerMessage.GroupWord? {
    peer?.word(of: engine.localNode, on: "gateway")
  }
}

// MARK: - What came of it

extension NodeRig {
  mutating func takeEffects() -> [Effect] {
    defer { effects = [] }
    return effects
  }

  /// What its routers said since it was last asked.
  mutating func takeSaid() -> [Said] {
    takeEffects().compactMap { effect in
      guard case .send(let datagram) = effect, datagram.medium == .vrrp,
        let source = datagram.source
      else { return nil }
      let parsed = try? VRRPAdvertisement.parse(
        datagram.payload, from: source, to: datagram.destination)
      return parsed.map { Said(link: datagram.interface, priority: $0.0.priority) }
    }
  }

  /// The shared addresses that stand here.
  var held: [String] {
    [Self.lan, Self.wan].flatMap { engine.observed.addresses(on: $0) }
      .filter { Self.host(1).contains($0.address.address) }.map(\.address.description)
  }

  var status: GroupStatus {
    let clock = ClockReading(monotonic: now, wall: Timestamp(nanoseconds: 0, offset: 0))
    return engine.groupStatus(clock: clock)[1]
  }

  static func both(_ priority: UInt8) -> [Said] {
    [Said(link: lan, priority: priority), Said(link: wan, priority: priority)]
  }
}

extension Effect {
  /// The address of which a link is told who has it; nil: it tells of none.
  var announced: IPAddress? {
    guard case .send(let datagram) = self, datagram.medium == .arp,
      let packet = try? ARPPacket(parsing: datagram.payload.span),
      packet.sender.address == datagram.destination
    else { return nil }
    return packet.sender.address
  }

  /// The address of which a link is asked who has it.
  var asked: IPAddress? {
    guard case .send(let datagram) = self, datagram.medium == .arp, announced == nil else {
      return nil
    }
    return datagram.destination
  }
}
