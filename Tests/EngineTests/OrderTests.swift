import Config
import Engine
import Model
import Testing

struct OrderTests {
  private func refusal(_ rig: inout Rig, _ command: Command) -> String? {
    do throws(CommandRefused) {
      try rig.order(command)
      return nil
    } catch {
      return error.sentence
    }
  }

  @Test
  func `a pin moves the group, and auto gives it back to policy`() throws {
    var rig = Rig()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(rig.active == ["isp2"])
    #expect(rig.status.state == .manual)
    #expect(rig.status.pinned == "isp2")
    try rig.order(.auto("internet"))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `a pin holds until its member fails, and again when it returns`() throws {
    var rig = Rig()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    _ = rig.carrier(Rig.ether2, false)
    #expect(rig.active == ["isp1"])
    #expect(rig.status.state == .normal)
    _ = rig.carrier(Rig.ether2, true)
    #expect(rig.active == ["isp2"])
    #expect(rig.status.state == .manual)
  }

  @Test
  func `a hard pin stays whatever happens`() throws {
    var rig = Rig()
    try rig.order(.pin("internet", Rig.isp2, isHard: true))
    _ = rig.carrier(Rig.ether2, false)
    rig.run(for: .seconds(60))
    #expect(rig.status.preferred == ["isp2"])
    #expect(rig.status.state == .manual)
  }

  @Test
  func `a pin to a member that cannot hold is refused without hard`() throws {
    var rig = Rig()
    _ = rig.carrier(Rig.ether2, false)
    #expect(
      refusal(&rig, .pin("internet", Rig.isp2, isHard: false))
        == "isp2 cannot hold internet now: its interface has no carrier; --hard pins it all the same"
    )
    #expect(rig.active == ["isp1"])
    try rig.order(.pin("internet", Rig.isp2, isHard: true))
    #expect(rig.status.preferred == ["isp2"])
  }

  @Test
  func `a pin to a member whose checks say down is refused without hard`() {
    var rig = Rig(answering: [Rig.gateway1])
    rig.run(for: .seconds(60))
    #expect(
      refusal(&rig, .pin("internet", Rig.isp2, isHard: false))
        == "isp2 cannot hold internet now: its checks say down; --hard pins it all the same")
  }

  @Test
  func `a pinned member is not drained, and is told how it can be`() throws {
    var rig = Rig()
    try rig.order(.pin("internet", Rig.isp1, isHard: false))
    #expect(
      refusal(&rig, .drain(Rig.isp1, isForced: true))
        == "isp1 is pinned in internet; `siaga auto internet` first")
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `who cannot hold anyway is drained without force`() throws {
    var rig = Rig()
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether2, false)
    #expect(refusal(&rig, .drain(Rig.isp2, isForced: false)) == nil)
  }

  @Test
  func `answers say what was so before, and what comes of an order`() throws {
    var rig = Rig()
    let early = try rig.order(.undrain(Rig.isp2))
    #expect(early == "isp2 was not drained")
    try rig.order(.drain(Rig.isp2, isForced: false))
    let pinned = try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(pinned.hasSuffix(" (it is drained; an order goes before)"))
    let back = try rig.order(.undrain(Rig.isp2))
    #expect(back == "isp2 is back in service")
    let ruled = try rig.order(.auto("internet"))
    #expect(ruled.hasSuffix("; isp1 is to hold it"))
  }

  @Test
  func `a drained member leaves, and comes back when it is undrained`() throws {
    var rig = Rig()
    try rig.order(.drain(Rig.isp1, isForced: false))
    #expect(rig.active == ["isp2"])
    #expect(rig.status.members.first?.drained == true)
    try rig.order(.undrain(Rig.isp1))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `draining the last eligible member needs force, and even then the group keeps it`() throws {
    var rig = Rig()
    _ = rig.carrier(Rig.ether2, false)
    let sentence = refusal(&rig, .drain(Rig.isp1, isForced: false))
    #expect(
      sentence == "isp1 is the last eligible member of internet; --force drains it all the same")
    try rig.order(.drain(Rig.isp1, isForced: true))
    #expect(rig.active == ["isp1"])
    #expect(rig.status.state == .degraded)
  }

  @Test
  func `names that are not there are refused with those that are`() {
    var rig = Rig()
    #expect(
      refusal(&rig, .auto("intranet")) == "there is no group intranet; the groups are internet")
    #expect(
      refusal(&rig, .undrain(.uplink("lte")))
        == "there is no member lte; the members are isp1, isp2")
    #expect(
      refusal(&rig, .pin("internet", .uplink("lte"), isHard: true))
        == "lte is not a member of internet; its members are isp1, isp2")
  }

  @Test
  func `a refused order changes nothing`() {
    var rig = Rig()
    _ = rig.takeEffects()
    _ = refusal(&rig, .pin("internet", .uplink("lte"), isHard: true))
    _ = refusal(&rig, .failback("intranet"))
    rig.handle(.observed([]))
    #expect(rig.takeEffects() == [])
  }

  @Test
  func `pins and drains of before the start are in force from the start`() {
    var memory = Memory()
    memory.pins["internet"] = Memory.Pin(member: Rig.isp2, isHard: false)
    let pinned = Rig(memory: memory)
    #expect(pinned.active == ["isp2"])
    #expect(pinned.status.state == .manual)
    var drained = Memory()
    drained.drained = [Rig.isp1]
    #expect(Rig(memory: drained).active == ["isp2"])
  }

  @Test
  func `orders are remembered, and what no longer exists is forgotten`() throws {
    var rig = Rig()
    _ = rig.takeEffects()
    try rig.order(.pin("internet", Rig.isp2, isHard: true))
    try rig.order(.drain(Rig.isp1, isForced: true))
    let kept = rig.takeEffects().compactMap {
      if case .remember(let memory) = $0 { memory } else { nil }
    }
    #expect(kept.last?.pins == ["internet": Memory.Pin(member: Rig.isp2, isHard: true)])
    #expect(kept.last?.drained == [Rig.isp1])
    rig.handle(.configured(Rig.configuration(uplinks: [Rig.uplink(1)])))
    let after = rig.takeEffects().compactMap {
      if case .remember(let memory) = $0 { memory } else { nil }
    }
    #expect(after.last?.pins == [:])
    #expect(after.last?.slots.uplinks == ["isp1": 0])
  }
  @Test
  func `an order to fail back that comes before the kernel was read is carried out then`() throws {
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    var rig = Rig(Rig.configuration(uplinks: uplinks, judge: nil, failback: .manual))
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether1, true)
    #expect(rig.active == ["isp2"])
    var next = Engine(seed: 2)
    _ = next.handle(.remembered(rig.engine.memory), at: rig.now)
    _ = next.handle(.configured(rig.engine.configuration), at: rig.now)
    _ = try next.carryOut(.failback("internet"), at: rig.now)
    _ = next.handle(.resynced(rig.engine.observed), at: rig.now)
    #expect(next.decisions.last?.preferred == [Rig.isp1])
  }
}
