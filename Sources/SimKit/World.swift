import Config
import Engine
import Model
import Reconcile

/// A machine with its daemon, kernel and network, on a clock that leaps from one happening
/// to the next. The same seed gives the same history.
public struct World: Sendable {
  public internal(set) var now = Instant.zero
  public internal(set) var violation: Violation?
  var brokenAt: Instant?
  public internal(set) var turns = 0
  var shell: FakeShell
  var network: FakeNetwork
  var scene: Scene {
    didSet { mustLearnScene = true }
  }
  var mustLearnScene = true
  var agenda = Agenda<Happening>()
  var lane = FakeSlowLane()
  var gate = LinkGate()
  var watch = WayWatch()
  var decisions = DecisionWatch()
  var causes = CauseWatch()
  var patience = Patience()
  var entitlement = Entitlement()
  var hosts: InsideHosts
  var passage = Passage()
  let notesPassage: Bool
  var random: RandomSource
  var dice: RandomSource  // of what came later, so that seeds' histories stay
  var daemon: SimulatedDaemon?
  var rest: SimulatedDaemon.Rest?  // since its last turn; nil: it does not run
  var generation = 0
  var turnsInARow = 0  // at one instant
  static let patience = 100
  var inbox: [SimulatedDaemon.Input] = []
  var inboxReadyAt: Instant?
  var stalledUntil = Instant.zero
  var truth = Truth()
  var seenVersion = (kernel: -1, network: -1)
  var causesVersion = (kernel: -1, network: -1)
  var mustLook = true
  var downFor = Duration.zero  // once it has been killed
  var refusingSince = Instant.zero
  var pausingUntil = Instant.zero  // what was refused may wait so long
  var slowest = Self.slowestOfLane  // of files and programs
  static let slowestOfLane = Duration.milliseconds(40)
  var site: Site
  let flaw: Flaw

  public var trace: Trace { shell.trace }
  public var engine: Engine? { daemon?.engine }

  /// - Parameter notesPassage: somebody will ask which packets got through.
  init(
    site: Site, configuration: Configuration, seed: UInt64, flaw: Flaw, notesPassage: Bool = false
  ) {
    self.site = site
    self.flaw = flaw
    self.notesPassage = notesPassage
    hosts = InsideHosts(site)
    random = RandomSource(seed: seed)
    dice = random.aside
    network = FakeNetwork(seed: random.next())
    scene = Scene(configuration: configuration)
    shell = FakeShell(kernel: FakeKernel())
    shell.flaw = flaw
    shell.troubles = KernelTroubles(seed: random.next())
    shell.trace.add(.began(configuration.summary))
    furnish()
    start()
  }
}
