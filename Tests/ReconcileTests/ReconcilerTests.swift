import Model
import Reconcile
import Testing

struct ReconcilerTests {
  private let rule = Rule(priority: 8000, family: .ipv4, selector: .all, table: 254)
  private let refusal = ChangeFailure(
    code: 101, name: "ENETUNREACH", message: "Nexthop has invalid gateway")

  private func reconciler() -> Reconciler {
    var reconciler = Reconciler()
    reconciler.wanted.rules = [rule]
    return reconciler
  }

  @Test
  func `a confirmed change is an observation and is not asked for again`() {
    var reconciler = reconciler()
    var observed = KernelState()
    #expect(reconciler.due(from: observed, at: .zero) == [.addRule(rule)])
    let delta = reconciler.applied(.addRule(rule), nil, at: .zero)
    #expect(delta == .rule(rule))
    observed.apply(.rule(rule))
    #expect(reconciler.due(from: observed, at: .zero) == [])
    #expect(reconciler.nextWake == nil)
  }

  @Test
  func `a refused change is tried again with doubling pauses up to ten seconds`() {
    var reconciler = reconciler()
    let observed = KernelState()
    var now = Instant.zero
    var pauses: [Duration] = []
    for _ in 0..<10 {
      #expect(reconciler.due(from: observed, at: now) == [.addRule(rule)])
      #expect(reconciler.applied(.addRule(rule), refusal, at: now) == nil)
      #expect(reconciler.due(from: observed, at: now) == [])
      let next = reconciler.nextWake ?? now
      pauses.append(next - now)
      now = next
    }
    #expect(pauses.prefix(3) == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    #expect(pauses.last == .seconds(10))
  }

  @Test
  func `a refusal is forgotten when the change is not wanted any more`() {
    var reconciler = reconciler()
    _ = reconciler.due(from: KernelState(), at: .zero)
    _ = reconciler.applied(.addRule(rule), refusal, at: .zero)
    #expect(reconciler.troubles { _ in nil }.count == 1)
    reconciler.wanted = .nothing
    #expect(reconciler.due(from: KernelState(), at: .zero) == [])
    #expect(reconciler.troubles { _ in nil } == [])
    #expect(reconciler.nextWake == nil)
  }

  @Test
  func `a way that was refused is tried at once when its interface gains what it lacked`() {
    var reconciler = Reconciler()
    let route = Route(
      .defaultV4, table: 8300,
      hops: [NextHop(interface: InterfaceIndex(7), gateway: IPAddress("192.0.2.1"))])
    reconciler.wanted.routes = [route]
    reconciler.wanted.rules = [rule]
    for _ in 0..<3 {
      _ = reconciler.due(from: KernelState(), at: .zero)
      for change in [Change.addRoute(route), .addRule(rule)] {
        _ = reconciler.applied(change, refusal, at: .zero)
      }
      reconciler.gained(InterfaceIndex(8))
      #expect(reconciler.due(from: KernelState(), at: .zero) == [])
      reconciler.gained(InterfaceIndex(7))
      #expect(reconciler.due(from: KernelState(), at: .zero) == [.addRoute(route)])
    }
    _ = reconciler.applied(.addRoute(route), refusal, at: .zero)
    #expect(reconciler.nextWake == .zero + .milliseconds(100), "as at the first time")
  }

  @Test
  func `an error that means it is so already counts as done`() {
    var reconciler = reconciler()
    _ = reconciler.due(from: KernelState(), at: .zero)
    let exists = ChangeFailure(code: 17, name: "EEXIST", message: nil)
    #expect(reconciler.applied(.addRule(rule), exists, at: .zero) == .rule(rule))
  }

  @Test
  func `a slow change under way is not started twice`() {
    var reconciler = Reconciler()
    reconciler.wanted.sysctls = [.forwarding(.ipv4): "1"]
    let change = Change.setSysctl(.forwarding(.ipv4), "1")
    #expect(reconciler.due(from: KernelState(), at: .zero) == [change])
    #expect(reconciler.due(from: KernelState(), at: .zero) == [])
    _ = reconciler.applied(change, refusal, at: .zero)
    #expect(reconciler.due(from: KernelState(), at: .zero + .seconds(1)) == [change])
  }

  @Test
  func `what is undone again and again waits, and is done again`() throws {
    var reconciler = reconciler()
    let empty = KernelState()
    var repairs = 0
    while let change = reconciler.due(from: empty, at: .zero).first {
      repairs += 1
      _ = reconciler.applied(change, nil, at: .zero)
      try #require(repairs < 1_000)
    }
    #expect(repairs == 20)
    let wake = try #require(reconciler.nextWake)
    #expect(wake == .zero + .seconds(1))
    #expect(!reconciler.due(from: empty, at: wake).isEmpty)
  }

  @Test
  func `a setting confirmed of an interface that is gone says nothing about the next`() throws {
    var reconciler = Reconciler()
    let name = try #require(InterfaceName("eth1"))
    reconciler.wanted.sysctls = [.reversePathFilter(name): "2"]
    let change = Change.setSysctl(.reversePathFilter(name), "2")
    #expect(reconciler.due(from: KernelState(), at: .zero) == [change])
    reconciler.lost(name)
    #expect(reconciler.applied(change, nil, at: .zero) == nil)
    #expect(reconciler.due(from: KernelState(), at: .zero) == [change])
    #expect(
      reconciler.applied(change, nil, at: .zero) == .sysctl(.reversePathFilter(name), "2"))
  }

  @Test
  func `a trouble says what was tried, what the kernel said, and what to do`() throws {
    let change = Change.addRoute(
      Route(
        .defaultV4, table: 8300,
        hops: [NextHop(interface: InterfaceIndex(7), gateway: IPAddress("192.0.2.1"))]))
    let name = try #require(InterfaceName("eth1"))
    #expect(
      change.sentence(refusal) { _ in name }
        == "`ip route prepend default via 192.0.2.1 dev eth1 onlink table 8300 proto 83` was refused "
        + "(ENETUNREACH: Nexthop has invalid gateway); is the gateway in the network of the interface's address?"
    )
  }
}
