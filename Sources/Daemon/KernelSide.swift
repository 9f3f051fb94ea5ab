import Kernel
import Model
import Reconcile
import Synchronization

/// Everything through which the core hears the kernel and tells it.
final class KernelSide: @unchecked Sendable {
  // @unchecked: only the loop's thread touches it, but for its making before the loop runs.

  /// Something that came up from the kernel.
  enum Input: Sendable {
    case news(KernelMonitor.News)
    case packet(Arrival, InterfaceIndex, waited: Duration)
    case answered(ProbeID, ProbeResult, waited: Duration)
    case firewallTouched
    case failed(SystemError)
    // What was asked for:
    case state(Result<KernelState, SystemError>)
    case tables(Result<[KernelState.Delta], SystemError>)
    case links([Link])
    case changed([Change], [ChangeFailure?], at: Instant)
    case lent(ChangeFailure?)
  }

  let monitor: KernelMonitor
  let reader: Lane<KernelReader>
  let carriers: Lane<CarrierReader>
  let hand: Lane<KernelHand>
  let loop: EventLoop
  let slow: SlowLane
  let sweeper: FlowSweeper
  private let firewall: FirewallMonitor?
  let receiver = Receiver()
  let probes: ProbeSockets
  let discovery: DiscoverySockets
  let virtualRouters: VRRPSockets
  let claims: ClaimSockets
  let peers: PeerSockets
  let connections: ProbeConnections
  let tasks: ProbeTasks
  let answers = Mutex<[Input]>([])  // in their order, until the loop takes them

  /// Boxes the core's callback, which exists only after the sockets do.
  final class Receiver: @unchecked Sendable {
    // @unchecked: it is set before the loop runs, and called on its thread.
    var take: (Input) -> Void = { _ in }
  }

  /// - Parameter swept: called off the loop after each sweep; nil is success.
  init(
    loop: EventLoop, sysctlRecord: String, swept: @escaping @Sendable (String?) -> Void
  ) throws(SystemError) {
    monitor = try KernelMonitor()
    self.loop = loop
    reader = try Lane("siaga-reader", try KernelReader())
    carriers = try Lane("siaga-carriers", try CarrierReader())
    hand = try Lane("siaga-hand", try KernelHand())
    slow = SlowLane(sysctls: SysctlFiles(recordPath: sysctlRecord))
    sweeper = FlowSweeper { _, failure in swept(failure) }
    // A kernel without nf_tables says so when the table is loaded.
    firewall = try? FirewallMonitor()
    let receiver = receiver
    probes = ProbeSockets(loop: loop) { receiver.take(.packet($0, $1, waited: $2)) }
    discovery = DiscoverySockets(loop: loop) { receiver.take(.packet($0, $1, waited: .zero)) }
    virtualRouters = VRRPSockets(loop: loop) { receiver.take(.packet($0, $1, waited: .zero)) }
    claims = ClaimSockets(loop: loop) { receiver.take(.packet($0, $1, waited: .zero)) }
    peers = PeerSockets(loop: loop) {
      receiver.take(.packet(.peer($0), InterfaceIndex(0), waited: .zero))
    }
    connections = ProbeConnections(loop: loop) { receiver.take(.answered($0, $1, waited: $2)) }
    tasks = ProbeTasks { probe, result in
      let ended = Clock.now
      loop.post { receiver.take(.answered(probe, result, waited: Clock.now - ended)) }
    }
  }

  func attach(to loop: EventLoop, _ take: @escaping (Input) -> Void) throws(SystemError) {
    receiver.take = take
    try loop.watch(monitor.number) { [unowned self] in
      takeAnswers()  // that it was asked to is known before that it is so
      do throws(SystemError) {
        take(.news(try monitor.drain()))
      } catch {
        take(.failed(error))
      }
    }
    guard let firewall else { return }
    try loop.watch(firewall.number) {
      do throws(SystemError) {
        if try firewall.drain() { take(.firewallTouched) }
      } catch {
        take(.failed(error))
      }
    }
  }
}
