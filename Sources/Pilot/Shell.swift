import Engine
import Model
import Reconcile

/// What the kernel says: at once, or when it comes to it. It may keep whoever asks waiting for
/// others, and nobody waits for it where packets are heard.
public enum Reply<Found> {
  case now(Found)
  case later
}

/// What touches the world: the daemon's live one, or the simulator's fake. It reads and does,
/// and decides nothing.
public protocol Shell {
  /// Time passes while the kernel works.
  var now: Instant { get }

  /// The wall clock, for failback between hours; read only when the engine asks for it.
  var wall: ClockReading { get }

  // MARK: Reading

  /// Everything, read anew.
  /// - Returns: nil if it could not be read; later, to `Pilot.tookState`.
  mutating func readState() -> Reply<KernelState?>

  /// These tables, whole, as observations.
  /// - Returns: nil if one could not be read; later, to `Pilot.tookTables`.
  mutating func readTables(_ tables: [UInt32]) -> Reply<[KernelState.Delta]?>

  /// These links; those that cannot be read are left out, for they are read again soon anyway.
  /// - Parameter anew: if not, those that are as they were read before may be left out too.
  /// - Returns: later, to `Pilot.tookLinks`.
  mutating func readLinks(_ indices: [InterfaceIndex], anew: Bool) -> Reply<[Link]>

  // MARK: Doing

  /// Applies changes in order, these after those of before.
  /// - Parameter observed: names the interfaces, for whoever reads along.
  /// - Returns: the kernel's word on each, nil is done; later, to `Pilot.answered`.
  mutating func apply(_ changes: [Change], observed: KernelState) -> Reply<[ChangeFailure?]>

  /// Begins changes that take long; each comes back to `Pilot.applied`.
  mutating func applySlowly(_ changes: [Change])

  /// - Returns: why it could not be sent, or nil.
  mutating func transmit(_ datagram: Datagram) -> String?

  /// Router discovery is heard on these links from now on, and on no others.
  mutating func listen(to ears: [Ear])

  /// Virtual routers are heard on these links from now on, and on no others.
  mutating func join(_ links: [VRRPLink])

  /// Who else says there that he has these addresses is heard from now on, and nowhere else.
  mutating func heed(_ ears: [ClaimEar])

  /// These addresses end after so long unless it is said again, and with the process; nil: they stay.
  mutating func lend(_ addresses: [HeldAddress], for time: Duration?)

  /// Other nodes are heard by this channel from now on; nil: by none.
  mutating func meet(_ cluster: Cluster?)

  /// Begins a conversation, whose outcome comes back as `Event.answered`.
  /// - Returns: what came of it at once, for it could not be begun; or nil.
  mutating func begin(_ request: ProbeRequest, _ probe: ProbeID) -> ProbeResult?

  /// Ends flows now, and once more after a while, unless they are spared by then: a packet
  /// under way may have made a flow again.
  mutating func sweep(_ filter: FlowFilter)
  mutating func spare(mark: UInt32, _ family: Family)

  mutating func remember(_ memory: Memory)

  /// Programs on this machine are to ask these for names; nil: whom they asked without us.
  mutating func resolve(_ servers: NameServers?)

  // MARK: Being told

  mutating func decided(_ decision: Decision)

  /// Hooks are to be told. Nothing waits for them.
  mutating func announce(
    _ announcement: Announcement, to audience: Announcement.Audience, _ hooks: [Hook])

  /// Somebody undid this change of ours; it is about to be done again.
  mutating func undone(_ change: Change, observed: KernelState)

  /// A turn came, this long after the engine had wanted it.
  mutating func woke(late delay: Duration)

  /// The kernel has confirmed a switch, this long after what caused it was read.
  mutating func switched(in took: Duration)

  /// The interface is gone, and its sockets are of no use.
  mutating func lostLink(_ index: InterfaceIndex)
}
