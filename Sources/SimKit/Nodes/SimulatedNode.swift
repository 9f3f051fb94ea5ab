import Config
import Engine
import Model

/// One of several machines: its kernel, its daemon, and what is on its way to it. A class, for copies
/// of it would cost more than its turns.
final class SimulatedNode {
  /// What a socket takes while nobody reads it.
  private static let mostWaiting = 256

  let name: NodeName
  let place: Int
  let configuration: Configuration
  var shell: FakeShell
  var daemon: SimulatedDaemon?
  var rest: SimulatedDaemon.Rest?  // nil: it does not run
  var memory = Memory()
  var isPowered = true
  var boots = 0
  var inbox: [SimulatedDaemon.Input] = []
  var inboxReadyAt: Instant?
  var stalledUntil = Instant.zero
  var gate = LinkGate()
  var loans: [HeldAddress: Instant] = [:]  // when they end unless they are renewed
  var isLeaving = false
  var comesBackAt: Instant?  // once it has ended
  let links: Int

  init(_ place: Int, _ plan: FleetPlan, flaw: NodeFlaw) {
    name = plan.names[place]
    self.place = place
    links = plan.links
    configuration = flaw.read(plan.configuration(of: place))
    shell = FakeShell(kernel: FakeKernel())
    shell.flaw = flaw.ofShell
    boot()
  }

  /// Power is there: what the system sets, stands.
  func boot() {
    boots += 1
    shell.kernel = FakeKernel(first: Int32(100 * (place + 1)))
    for link in 1...links {
      let index = shell.kernel.appear(FleetPlan.link(link))
      let own = InterfaceAddress(FleetPlan.own(place, on: link), length: 24)
      shell.kernel.addAddress(HeldAddress(interface: index, address: own, origin: 0))
    }
    _ = shell.kernel.appear(FleetPlan.uplink)
    gate = LinkGate()
    loans = [:]
    isPowered = true
  }

  func index(of link: Int) -> InterfaceIndex { InterfaceIndex(Int32(100 * (place + 1) + link - 1)) }
  var uplink: InterfaceIndex { index(of: links + 1) }

  /// The link of that number; nil: it is the node's own.
  func link(of index: InterfaceIndex) -> Int? {
    let link = Int(index.value) - 100 * (place + 1) + 1
    return (1...links).contains(link) ? link : nil
  }

  var isRunning: Bool { rest != nil }

  func hasCarrier(on link: Int) -> Bool { isPowered && shell.kernel.hasCarrier(index(of: link)) }

  /// The shared address of that link stands here.
  func holds(on link: Int) -> Bool {
    guard isPowered, let interface = shell.kernel.interfaces[index(of: link)] else { return false }
    let shared = FleetPlan.shared(on: link)
    return interface.addresses.contains { $0.address.address == shared && $0.isReady }
  }

  var holdsAll: Bool { (1...links).allSatisfy(holds) }

  /// Power, all cables, and a daemon.
  var isFit: Bool { isRunning && !isLeaving && (1...links).allSatisfy(hasCarrier) }

  /// It has what the group needs.
  var isWell: Bool {
    configuration.uplinks.isEmpty || shell.kernel.hasCarrier(uplink)
  }

  func tell(_ input: SimulatedDaemon.Input, after delay: Duration, at now: Instant) {
    guard isRunning, inbox.count < Self.mostWaiting else { return }
    inbox.append(input)
    wake(after: delay, at: now)
  }

  func wake(after delay: Duration, at now: Instant) {
    guard isRunning, inboxReadyAt == nil else { return }
    inboxReadyAt = now + delay
  }

  func turn(_ inputs: [SimulatedDaemon.Input], at now: Instant) {
    shell.now = now
    rest = daemon?.turn(inputs, at: now, &shell)
  }

  func start(seed: UInt64, at now: Instant) {
    shell.now = now
    shell.trace.add(.started)
    shell.kernel.socket.reopen()
    shell.orders = memory
    isLeaving = false
    daemon = SimulatedDaemon(
      seed: seed, memory: memory, configuration: configuration, at: now, &shell)
    rest = daemon?.rest
  }

  /// The process is gone; the kernel and the memory on disk stay.
  func die(at now: Instant) {
    shell.now = now
    shell.trace.add(.died)
    daemon = nil
    rest = nil
    inbox = []
    inboxReadyAt = nil
    stalledUntil = now
    isLeaving = false
    shell.kernel.socket.close()
  }

  func nextTurn(at now: Instant) -> Instant? {
    var due = Instant.earlier(rest?.wake, inboxReadyAt)
    if let rest, rest.linkVersion != shell.kernel.linkVersion {
      due = Instant.earlier(due, daemon?.nextRead(from: now))
    }
    return due.map { max($0, stalledUntil) }
  }
}
