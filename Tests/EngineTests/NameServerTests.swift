import Config
import Model
import Testing

@testable import Engine

/// Whom programs are to ask for names, and by which link they reach them.
struct NameServerTests {
  private static let first = IPAddress("10.9.9.1")!
  private static let second = IPAddress("10.8.8.1")!
  private static let everybodys = IPAddress("9.9.9.9")!

  private static func uplink(_ number: Int, _ resolvers: [IPAddress]) -> Uplink {
    var uplink = Rig.uplink(number)
    uplink.resolvers = resolvers
    return uplink
  }

  private static func rig(
    _ place: NameServers.Place? = .system, first: [IPAddress] = [first, everybodys],
    second: [IPAddress] = [everybodys, second]
  ) -> Rig {
    var configuration = Rig.configuration(uplinks: [uplink(1, first), uplink(2, second)])
    configuration.resolv = place
    return Rig(configuration)
  }

  private func told(_ rig: inout Rig) -> [NameServers?] {
    rig.takeEffects().compactMap {
      if case .resolve(let servers) = $0 { .some(servers) } else { nil }
    }
  }

  private static func servers(_ name: String, _ servers: [IPAddress]) -> NameServers {
    NameServers(
      place: .system, sources: [.init(interface: InterfaceName(name)!, servers: servers)])
  }

  private func ways(_ rig: Rig) -> [String] {
    rig.engine.wanted.rules.filter { (8700...8899).contains($0.priority) }
      .map { "\($0.selector.text) lookup \($0.table)" }.sorted()
  }

  @Test
  func `those of who holds are told, with the switch`() {
    var rig = Self.rig()
    #expect(told(&rig) == [Self.servers("ether1", [Self.first, Self.everybodys])])
    rig.run(for: .seconds(60))
    #expect(told(&rig).isEmpty)
    _ = rig.carrier(Rig.ether1, false)
    #expect(told(&rig) == [Self.servers("ether2", [Self.everybodys, Self.second])])
  }

  @Test
  func `while nobody holds, or who holds names none, they stay as they were`() {
    var rig = Self.rig(second: [])
    _ = told(&rig)
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether2, false)
    #expect(told(&rig).isEmpty)
    _ = rig.carrier(Rig.ether1, true)
    #expect(told(&rig).isEmpty)
  }

  @Test
  func `who is not asked for it puts back what was`() {
    var rig = Self.rig(nil)
    #expect(told(&rig) == [nil], "a start may follow one that was asked")
    var configuration = rig.engine.configuration
    configuration.resolv = .file("/run/names")
    rig.handle(.configured(configuration))
    #expect(told(&rig).map { $0?.place } == [.file("/run/names")])
    configuration.resolv = nil
    rig.handle(.configured(configuration))
    #expect(told(&rig) == [nil])
  }

  @Test
  func `each is reached by its link while that lives`() {
    var rig = Self.rig(nil)
    let both = [
      "from all to 10.8.8.1 iif lo lookup 8101", "from all to 10.9.9.1 iif lo lookup 8100",
    ]
    // What both name is asked by who holds.
    #expect(ways(rig) == (both + ["from all to 9.9.9.9 iif lo lookup 8100"]).sorted())
    _ = rig.carrier(Rig.ether1, false)
    #expect(
      ways(rig) == [both[0], "from all to 9.9.9.9 iif lo lookup 8101"])
  }

  @Test
  func `one in the link's own network needs no way`() {
    #expect(ways(Self.rig(nil, first: [Rig.gateway1], second: [])).isEmpty)
  }
}
