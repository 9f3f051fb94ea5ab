import Config
import Engine
import Model
import Testing

struct FlowTests {
  private func sweeps(
    flows: FlowPolicy, _ change: (inout Rig) throws -> Void
  ) rethrows -> [FlowFilter] {
    var rig = Rig(Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], flows: flows))
    rig.run(for: .seconds(30))
    _ = rig.takeEffects()
    try change(&rig)
    return Rig.sweeps(rig.takeEffects())
  }

  private let all = FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .all)
  private let translated = FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .translated)

  @Test(arguments: FlowPolicy.allCases)
  func `all flows of a link without carrier end`(flows: FlowPolicy) {
    #expect(sweeps(flows: flows) { _ = $0.carrier(Rig.ether1, false) } == [all])
  }

  @Test(arguments: FlowPolicy.allCases)
  func `all flows of a link whose gateway is mute end`(flows: FlowPolicy) {
    let found = sweeps(flows: flows) { rig in
      rig.answering = [Rig.gateway2]
      rig.run(for: .seconds(60))
    }
    #expect(found == [all])
  }

  @Test
  func `of a link that lives only translated flows end`() throws {
    let found = try sweeps(flows: .move) { try $0.order(.pin("internet", Rig.isp2, isHard: false)) }
    #expect(found == [translated])
  }

  @Test
  func `flows that may stay do while their link lives`() throws {
    let found = try sweeps(flows: .stay) { try $0.order(.pin("internet", Rig.isp2, isHard: false)) }
    #expect(found == [])
  }

  @Test
  func `a link that holds another group keeps its flows`() throws {
    let two = Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)])
    let partner = Group(
      name: "partner", holding: .route(Prefix(IPAddress("203.0.113.0")!, length: 24)),
      members: two.groups[0].members, judge: two.groups[0].judge)
    var both = two
    both.groups.append(partner)
    var rig = Rig(both)
    rig.run(for: .seconds(30))
    _ = rig.takeEffects()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(Rig.sweeps(rig.takeEffects()) == [])
    try rig.order(.pin("partner", Rig.isp2, isHard: false))
    #expect(Rig.sweeps(rig.takeEffects()) == [translated])
  }

  @Test
  func `a route that somebody removes comes back, and no flow ends`() {
    let found = sweeps(flows: .move) { rig in
      let way = rig.engine.observed.routes(in: Ours.table(group: 0))
      rig.handle(.observed(way.map { .routeGone($0) }))
      rig.handle(.observed(way.map { .route($0) }))
    }
    #expect(found == [])
  }

  @Test
  func `the flows of a link that was left end even if its route had been removed before`() {
    let found = sweeps(flows: .move) { rig in
      let way = rig.engine.observed.routes(in: Ours.table(group: 0))
      rig.handle(.observed(way.map { .routeGone($0) }))
      _ = rig.carrier(Rig.ether1, false)
    }
    #expect(found == [all])
  }

  @Test
  func `a link that holds again is spared what was still to be swept`() throws {
    var rig = Rig()
    rig.run(for: .seconds(30))
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    _ = rig.takeEffects()
    try rig.order(.auto("internet"))
    #expect(rig.takeEffects().contains(.spare(mark: 0x100, .ipv4)))
  }

  @Test
  func `after a start, flows left on a link that does not hold are ended`() {
    var rig = Rig()
    #expect(
      Rig.sweeps(rig.takeEffects()) == [
        FlowFilter(mark: 0x200, mask: 0x3f00, family: .ipv4, scope: .translated)
      ])
  }
}
