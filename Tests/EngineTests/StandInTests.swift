import Config
import Engine
import Model
import Testing
import Wire

/// A cable and Wi-Fi to one router, each with an address: while one has no carrier, hosts are told that its
/// address is at the other.
struct StandInTests {
  private static func rig() -> Rig {
    Rig(
      Rig.configuration(
        uplinks: TwoLinksOneRouter.uplinks, judge: nil),
      answering: [TwoLinksOneRouter.router])
  }

  /// What hosts were told since the last time: of whose address, by which link.
  private func told(_ rig: inout Rig) throws -> [(IPAddress, InterfaceIndex)] {
    try rig.takeEffects().compactMap { effect in
      guard case .send(let datagram) = effect, datagram.medium == .arp else { return nil }
      let packet = try ARPPacket(parsing: datagram.payload.span)
      #expect(packet.sender == packet.target && packet.operation == .request)
      return (packet.sender.address, datagram.interface)
    }
  }

  @Test
  func `hosts are told at once and some more times, and now and then while it lasts`() throws {
    var rig = Self.rig()
    #expect(try told(&rig).isEmpty, "nothing has changed at the start")
    _ = rig.carrier(Rig.ether1, false)
    let first = try told(&rig)
    // The other's own too: hosts may have heard of it where nobody answers any more.
    #expect(first.map(\.0) == [TwoLinksOneRouter.address, TwoLinksOneRouter.others])
    #expect(first.allSatisfy { $0.1 == Rig.ether2 })
    rig.run(for: .seconds(6))
    let more = try told(&rig).map(\.0)
    #expect(
      more.count { $0 == TwoLinksOneRouter.address } == 4
        && more.count { $0 == TwoLinksOneRouter.others } == 3)
    rig.run(for: .seconds(61))
    #expect(try told(&rig).map(\.0) == [TwoLinksOneRouter.address])
  }

  @Test
  func `when it is back they are told of itself, and then no more`() throws {
    var rig = Self.rig()
    _ = rig.carrier(Rig.ether1, false)
    rig.run(for: .seconds(10))
    _ = try told(&rig)
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(600))
    let back = try told(&rig)
    #expect(back.count == 4 && back.allSatisfy { $0 == (TwoLinksOneRouter.address, Rig.ether1) })
  }

  /// A switch may take half a minute after the carrier before it lets anything through.
  @Test
  func `what has its address leaves by the other until its own link is proven again`() throws {
    var rig = Rig(
      Rig.configuration(
        uplinks: TwoLinksOneRouter.uplinks),
      answering: [TwoLinksOneRouter.router])
    #expect(TwoLinksOneRouter.sender(rig) == [8100])
    _ = rig.carrier(Rig.ether1, false)
    #expect(TwoLinksOneRouter.sender(rig) == [8101])
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(30)) { probe, reply in
      probe.interface == Rig.ether1 ? nil : reply
    }
    #expect(TwoLinksOneRouter.sender(rig) == [8101])
    rig.run(for: .seconds(11))
    #expect(TwoLinksOneRouter.sender(rig) == [8100])
  }

  @Test
  func `one of another network, or without carrier itself, stands in for nobody`() throws {
    var dual = Rig()
    _ = dual.carrier(Rig.ether1, false)
    dual.run(for: .seconds(10))
    #expect(try told(&dual).isEmpty)
    var rig = Self.rig()
    _ = rig.carrier(Rig.ether2, false)
    _ = try told(&rig)
    _ = rig.carrier(Rig.ether1, false)
    rig.run(for: .seconds(10))
    #expect(try told(&rig).isEmpty)
  }

  /// Its addresses are not this machine's while it is down.
  @Test
  func `a link that an operator sets down is stood in for by nobody`() throws {
    var rig = Self.rig()
    rig.handle(
      .observed([.link(Rig.link(Rig.ether1, "ether1", isUp: false, hasCarrier: false))]))
    #expect(try told(&rig).allSatisfy { $0 == (TwoLinksOneRouter.others, Rig.ether2) })
  }

  /// Linux answers by any link for all its addresses.
  @Test
  func `when the other one is lost, hosts that had heard of the address there are told`() throws {
    var rig = Self.rig()
    _ = rig.carrier(Rig.ether2, false)
    let told = try told(&rig)
    #expect(told.contains { $0 == (TwoLinksOneRouter.address, Rig.ether1) })
    #expect(told.contains { $0 == (TwoLinksOneRouter.others, Rig.ether1) })
  }
}
