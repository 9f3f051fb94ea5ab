import Config
import Engine
import Model
import Testing

/// A metered link that stands by is probed as rarely as its budget asks for.
struct BudgetTests {
  /// isp2 may spend a tenth of what its check would cost: 88 bytes a second are 7.6 MB a day.
  private static let configuration: Configuration = {
    let isp2 = Rig.uplink(2)
    let metered = Uplink(
      name: isp2.name, interface: isp2.interface, addresses: isp2.addresses,
      gateways: isp2.gateways, nat: isp2.nat, budget: ByteBudget(bytes: 760_320, per: .day))
    return Rig.configuration(
      uplinks: [Rig.uplink(1), metered], every: .seconds(1), timeout: .milliseconds(500))
  }()

  private func probes(of gateway: IPAddress, in rig: Rig) -> Int {
    rig.probes.count { $0.destination == gateway }
  }

  @Test
  func `standing by it is probed to fit, holding it is probed as the check says`() {
    var rig = Rig(Self.configuration)
    rig.run(for: .seconds(20))
    let before = (probes(of: Rig.gateway1, in: rig), probes(of: Rig.gateway2, in: rig))
    rig.run(for: .seconds(100))
    #expect(probes(of: Rig.gateway1, in: rig) - before.0 == 100)
    #expect(probes(of: Rig.gateway2, in: rig) - before.1 == 10)
    _ = rig.carrier(Rig.ether1, false)
    let cut = probes(of: Rig.gateway2, in: rig)
    rig.run(for: .milliseconds(10))
    #expect(probes(of: Rig.gateway2, in: rig) == cut + 1, "it is asked at once when it is needed")
    rig.run(for: .seconds(10))
    #expect((10...12).contains(probes(of: Rig.gateway2, in: rig) - cut))
  }

  @Test
  func `what the budget buys is told`() {
    #expect(
      Self.configuration.budgetSentences == [
        "check gateway by isp2: while idle probed every 10 s for 760320B/day; a mute target is "
          + "then down within 20.5 s"
      ])
  }

  @Test
  func `a reload without the budget gives the check its own pace back`() {
    var rig = Rig(Self.configuration)
    rig.run(for: .seconds(20))
    rig.handle(
      .configured(
        Rig.configuration(
          uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1),
          timeout: .milliseconds(500))))
    let before = probes(of: Rig.gateway2, in: rig)
    rig.run(for: .seconds(10))
    #expect((10...11).contains(probes(of: Rig.gateway2, in: rig) - before))
  }
}
