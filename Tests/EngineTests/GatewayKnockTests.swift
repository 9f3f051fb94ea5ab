import Config
import Model
import Testing
import Wire

@testable import Engine

/// A cable and Wi-Fi to one router, and the cable's way there is broken behind its switch: its carrier stays.
struct GatewayKnockTests {
  private static let theirs = HardwareAddress("02:00:00:00:00:99")!

  /// What of the router's answers comes back by the cable.
  private enum Way { case open, mute, openByARP }

  private static func rig() -> Rig {
    Rig(
      Rig.configuration(
        uplinks: TwoLinksOneRouter.uplinks,
        every: .milliseconds(100), timeout: .milliseconds(100), fall: 3, rise: 2),
      answering: [TwoLinksOneRouter.router])
  }

  /// - Returns: by which links hosts were told that the cable's address is there, and the ARP probes.
  private func run(
    _ rig: inout Rig, for duration: Duration, _ way: Way
  ) throws -> (told: [InterfaceIndex], probes: Int) {
    var told: [InterfaceIndex] = []
    var probes = 0
    for _ in 0..<Int(duration / .milliseconds(10)) {
      rig.run(for: .milliseconds(10)) { probe, reply in
        probe.interface == Rig.ether1 && way != .open ? nil : reply
      }
      for effect in rig.takeEffects() {
        guard case .send(let datagram) = effect, datagram.medium == .arp else { continue }
        let packet = try ARPPacket(parsing: datagram.payload.span)
        guard packet.sender.address == .any(.ipv4) else {
          if packet.sender.address == TwoLinksOneRouter.address { told.append(datagram.interface) }
          continue
        }
        #expect(packet.target.address == TwoLinksOneRouter.router)
        guard datagram.interface == Rig.ether1 else { continue }
        probes += 1
        guard way != .mute else { continue }
        let reply = ARPPacket(
          operation: .reply,
          sender: .init(hardware: Self.theirs, address: TwoLinksOneRouter.router),
          target: packet.sender)
        rig.handle(.received(.arp(reply.bytes), on: Rig.ether1, waited: .zero))
      }
    }
    return (told, probes)
  }

  @Test
  func `a link that is mute is stood in for, until its gateway answers by ARP`() throws {
    var rig = Self.rig()
    let usual = try run(&rig, for: .seconds(1), .open)
    #expect(usual.told.isEmpty && usual.probes == 0)
    let mute = try run(&rig, for: .seconds(1), .mute)
    #expect(mute.told.first == Rig.ether2 && !mute.told.contains(Rig.ether1))
    #expect(TwoLinksOneRouter.sender(rig) == [8101])
    let long = try run(&rig, for: .seconds(60), .mute)
    #expect((55...65).contains(long.probes), "once a second: \(long.probes)")
    // Its echoes are answered where hosts were told that it is, so ARP must open the door first.
    let back = try run(&rig, for: .seconds(3), .openByARP)
    #expect(back.told.first == Rig.ether1 && !back.told.contains(Rig.ether2))
    #expect(TwoLinksOneRouter.sender(rig) == [8101], "it is not proven yet")
    _ = try run(&rig, for: .seconds(1), .open)
    #expect(TwoLinksOneRouter.sender(rig) == [8100])
    let quiet = try run(&rig, for: .seconds(60), .open).probes
    #expect(quiet == 0)
  }

  /// What lies beyond is no matter of who has which address.
  @Test
  func `a link whose gateway answers by ARP alone keeps its address`() throws {
    var rig = Self.rig()
    _ = try run(&rig, for: .seconds(1), .open)
    let beyond = try run(&rig, for: .seconds(60), .openByARP)
    #expect(beyond.told.isEmpty && beyond.probes > 50)
    #expect(TwoLinksOneRouter.sender(rig) == [8100])
  }

  @Test
  func `nobody stands in for a link where all are mute`() throws {
    var rig = Self.rig()
    rig.answering = []
    let told = try run(&rig, for: .seconds(5), .mute).told
    #expect(told.isEmpty)
    #expect(TwoLinksOneRouter.sender(rig) == [8100])
  }

  /// Another check may prove it before ARP does.
  @Test
  func `a link that is up again is stood in for no more`() throws {
    var rig = Self.rig()
    _ = try run(&rig, for: .seconds(1), .mute)
    #expect(TwoLinksOneRouter.sender(rig) == [8101])
    var told: [InterfaceIndex] = []
    for _ in 0..<100 {
      rig.run(for: .milliseconds(10))
      for case .send(let datagram) in rig.takeEffects() where datagram.medium == .arp {
        let packet = try ARPPacket(parsing: datagram.payload.span)
        if packet.sender.address == TwoLinksOneRouter.address { told.append(datagram.interface) }
      }
    }
    let home = told.drop { $0 == Rig.ether2 }
    #expect(home.count > 1 && home.allSatisfy { $0 == Rig.ether1 })
    #expect(TwoLinksOneRouter.sender(rig) == [8100])
  }

  @Test
  func `one answer that is lost is no silence, and one that comes no cure`() {
    var knock = GatewayKnock()
    var now = Instant.zero
    func ask(_ isAnswered: Bool) {
      let isDue = knock.isDue(at: now)
      #expect(isDue)
      if isAnswered { knock.answered() }
      now = now + .seconds(1)
    }
    knock.looked(isDown: true, at: now)
    for isAnswered in [true, false, false, true, false, false] { ask(isAnswered) }
    #expect(!knock.isMute)
    ask(false)
    ask(true)
    #expect(knock.isMute)
    ask(false)
    ask(true)
    #expect(knock.isMute)
    ask(true)
    ask(true)
    #expect(!knock.isMute)
  }

  @Test(arguments: [true, false])
  func `it asks quickly until it is sure, then once a second`(isAnswered: Bool) {
    var knock = GatewayKnock()
    knock.looked(isDown: true, at: .zero)
    var asked: [Instant] = []
    for tenth in 0..<25 {
      for part in [0, 50] {
        let now = Instant.zero + .milliseconds(100 * tenth + part)
        guard knock.isDue(at: now) else { continue }
        asked.append(now)
        if isAnswered { knock.answered() }
      }
    }
    #expect(asked == [0, 100, 200, 300, 1_300, 2_300].map { .zero + .milliseconds($0) })
    #expect(knock.isMute == !isAnswered)
  }

  private static func mute() -> GatewayKnock {
    var knock = GatewayKnock()
    knock.looked(isDown: true, at: .zero)
    for tenth in 0...3 { _ = knock.isDue(at: .zero + .milliseconds(100 * tenth)) }
    return knock
  }

  @Test
  func `one that is up is forgotten with the next wake, and at once where it was not mute`() {
    let now = Instant.zero + .milliseconds(350)
    var knock = Self.mute()
    knock.looked(isDown: false, at: now)
    #expect(knock.isMute && knock.next == now)
    let asksStill = knock.isDue(at: now)
    #expect(!asksStill && knock == GatewayKnock())
    knock.looked(isDown: true, at: now)
    knock.looked(isDown: false, at: now)
    #expect(knock == GatewayKnock())
  }

  @Test
  func `one that is up for a moment is as mute as it was`() {
    let now = Instant.zero + .milliseconds(350)
    var knock = Self.mute()
    knock.looked(isDown: false, at: now)
    knock.looked(isDown: true, at: now)
    let asks = knock.isDue(at: now)
    #expect(asks && knock.isMute)
  }
}
