import Model
import Reconcile
import Testing

/// Interfaces with a virtual router's hardware address.
struct VirtualLinkTests {
  private static let lan = InterfaceIndex(2)
  private static let router = VirtualRouter.ID(
    interface: InterfaceName("lan")!, family: .ipv4, number: 51)
  private static let wanted = VirtualLink(of: router, on: lan)
  private static let settings: [Sysctl: String] = [.ignoreARP(router.linkName): "1"]

  /// The interface as Siaga makes it.
  private static let made = Link(
    index: InterfaceIndex(9), name: router.linkName, isUp: true, hasCarrier: true,
    hardwareAddress: router.hardware, group: Ours.linkGroup,
    macvlan: Macvlan(parent: lan, mode: .bridge))

  private static func observed(_ link: Link? = nil, sysctls: [Sysctl: String] = [:]) -> KernelState
  {
    var observed = KernelState()
    observed.apply(
      .link(Link(index: lan, name: router.interface, isUp: true, hasCarrier: true)))
    if let link { observed.apply(.link(link)) }
    for (sysctl, value) in sysctls { observed.apply(.sysctl(sysctl, value)) }
    return observed
  }

  private static func lines(_ observed: KernelState, wants: Bool = true) -> [String] {
    var wanted = Wanted()
    if wants {
      wanted.links = [Self.wanted]
      wanted.sysctls = observed.link(named: router.linkName) == nil ? [:] : settings
    }
    return observed.changes(to: wanted).map { $0.line { observed.links[$0]?.name } }
  }

  @Test func `it is named and addressed by the number and the family`() {
    #expect(Self.router.linkName.text == "siaga4-51")
    #expect(Self.router.hardware.description == "00:00:5e:00:01:33")
    let six = VirtualRouter.ID(interface: Self.router.interface, family: .ipv6, number: 255)
    #expect(six.linkName.text == "siaga6-255")
    #expect(six.hardware.description == "00:00:5e:00:02:ff")
  }

  @Test func `it is made, set, and only then raised`() {
    #expect(
      Self.lines(Self.observed()) == [
        "ip link add link lan name siaga4-51 address 00:00:5e:00:01:33 group 83 type macvlan mode "
          + "bridge"
      ])
    var down = Self.made
    down.isUp = false
    #expect(
      Self.lines(Self.observed(down)) == ["sysctl -w net/ipv4/conf/siaga4-51/arp_ignore=1"])
    let isSet = Self.observed(down, sysctls: Self.settings)
    #expect(Self.lines(isSet) == ["ip link set siaga4-51 up"])
    #expect(Self.lines(Self.observed(Self.made, sysctls: Self.settings)) == [])
  }

  private static func made(but change: (inout Link) -> Void) -> Link {
    var link = made
    change(&link)
    return link
  }

  @Test(arguments: [
    made { $0.hardwareAddress = HardwareAddress("02:00:00:00:00:01") },
    made { $0.macvlan?.mode = .private }, made { $0.macvlan?.parent = InterfaceIndex(3) },
    made { $0.name = InterfaceName("mine")! },
  ])
  func `one that was changed by hand goes and comes anew`(link: Link) {
    let lines = Self.lines(Self.observed(link, sysctls: Self.settings))
    #expect(lines.contains("ip link delete \(link.name)"))
    #expect(!lines.contains { $0.hasSuffix("up") })
  }

  @Test(arguments: [
    made { ($0.group, $0.isUp) = (0, false) }, made { ($0.macvlan, $0.isUp) = (nil, false) },
  ])
  func `one of somebody else's is left alone, whatever its name`(link: Link) {
    let settled = Self.observed(link, sysctls: Self.settings)
    #expect(Self.lines(settled) == [])
    #expect(Self.lines(settled, wants: false) == [])
  }

  @Test func `one that comes for another which was renamed is set anew before it is raised`() {
    var observed = Self.observed(Self.made, sysctls: Self.settings)
    observed.apply(.link(Self.made { $0.name = InterfaceName("mine")! }))
    observed.apply(.link(Self.made { ($0.index, $0.isUp) = (InterfaceIndex(10), false) }))
    #expect(
      Self.lines(observed) == [
        "ip link delete mine", "sysctl -w net/ipv4/conf/siaga4-51/arp_ignore=1",
      ])
  }

  @Test func `one that is not wanted any more goes`() {
    #expect(Self.lines(Self.observed(Self.made), wants: false) == ["ip link delete siaga4-51"])
  }

  @Test func `what the kernel took is not asked for again until it should have told`() throws {
    var reconciler = Reconciler()
    reconciler.wanted.links = [Self.wanted]
    let change = Change.addLink(Self.wanted)
    let observed = Self.observed()
    #expect(reconciler.due(from: observed, at: .zero) == [change])
    #expect(reconciler.applied(change, nil, at: .zero) == nil)
    #expect(reconciler.due(from: observed, at: .zero) == [])
    let next = try #require(reconciler.nextWake)
    #expect(next == .zero + .seconds(1))
    #expect(reconciler.due(from: observed, at: next) == [change])
  }

  @Test(arguments: [
    ("EOPNOTSUPP", "modprobe macvlan"), ("EINVAL", "mac: own"), ("EPERM", "CAP_NET_ADMIN"),
  ])
  func `a kernel that cannot is told of with what to do`(name: String, words: String) {
    let failure = ChangeFailure(code: 1, name: name, message: nil)
    let sentence = Change.addLink(Self.wanted).sentence(failure) { _ in Self.router.interface }
    #expect(sentence.contains(words) && sentence.contains("siaga4-51"))
  }
}
