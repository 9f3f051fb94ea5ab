import Config
import Model
import Testing
import YAML

@Suite struct FileTests {
  @Test func `the dual WAN example means two uplinks and one route`() throws {
    let configuration = try Text(Text.dualWAN).configuration()
    let ether1 = try #require(InterfaceName("ether1"))
    let ether2 = try #require(InterfaceName("ether2"))
    #expect(
      configuration
        == Configuration(
          uplinks: [
            Uplink(
              name: "isp1", interface: ether1,
              addresses: [InterfaceAddress(.v4(0x0a0a_0102), length: 24)],
              gateways: [.v4(0x0a0a_0101)], nat: .masquerade),
            Uplink(
              name: "isp2", interface: ether2,
              addresses: [InterfaceAddress(.v4(0x0a14_0102), length: 24)],
              gateways: [.v4(0x0a14_0101)], nat: .masquerade),
          ],
          checks: [
            CheckDefinition(
              name: "gateway", kind: .ping, targets: [.gateway], every: .seconds(10),
              timeout: .seconds(1),
              fall: 2, rise: 1)
          ],
          groups: [
            Group(
              name: "internet", holding: .route(.defaultV4),
              members: [Member(.uplink("isp1"), tier: 1), Member(.uplink("isp2"), tier: 2)],
              judge: .check("gateway"))
          ]))
  }

  @Test func `what is resolved reads back as the same configuration`() throws {
    let configuration = try Text(Text.dualWAN).configuration()
    let resolved = configuration.resolved
    #expect(try Text(resolved).configuration() == configuration)
    #expect(try Text(resolved).configuration().resolved == resolved)
  }

  @Test func `names that other readers take for something else are names`() throws {
    let text = """
      uplinks:
        on: { interface: no, gateway: 10.0.0.1 }
        010: { interface: 1e3 }
        "null": { interface: "~" }
      groups:
        yes: { route: default, tiers: [[on], [010], "null"] }
      """
    let configuration = try Text(text).configuration()
    #expect(configuration.uplinks.map(\.name.text) == ["on", "010", "null"])
    #expect(configuration.uplinks.map(\.interface.text) == ["no", "1e3", "~"])
    #expect(try Text(configuration.resolved).configuration() == configuration)
  }

  @Test func `problems are told with file, line and column`() {
    let text = """
      uplinks:
        isp1: { interface: ether1, adress: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
        isp2: { interface: ether2, gateway: 10.20.1.1, damping: off }
      checks:
        gateway: { ping: gateway, every: 10, fall: 2, rise: 1 }
      groups:
        internet:
          route: default
          tiers: [[isp1], [ips2]]
          check: gatway
          failback: { after: 60 }
      notify: { fall: 3 }
      """
    #expect(
      Text(text).lines == [
        "siaga.yaml:2:30: uplink `isp1` has no key `adress`; did you mean `address`?",
        "siaga.yaml:3:50: uplink `isp2` has no key `damping`",
        "siaga.yaml:5:36: `every` is `10`, which has no unit; write a unit: `10s`",
        "siaga.yaml:9:22: there is no uplink `ips2`; did you mean `isp2`?",
        "siaga.yaml:10:12: there is no check `gatway`; did you mean `gateway`?",
        "siaga.yaml:11:24: `after` is `60`, which has no unit; write a unit: `60s`",
        "siaga.yaml:12:1: `notify` is not in this version",
      ])
  }

  @Test(arguments: ["uplinks:", "uplinks: ~", "uplinks: null"])
  func `an empty section is empty`(line: String) {
    #expect(
      Text(line).lines == [
        "siaga.yaml:1:1: `uplinks:` is empty",
        "siaga.yaml:1:1: nothing to do: add `groups:` and in it what to keep up",
      ])
  }
}
