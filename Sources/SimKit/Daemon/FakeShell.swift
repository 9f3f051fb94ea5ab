import Config
import Engine
import Model
import Reconcile

/// What the daemon's core is connected to: the kernel, and everything that leaves.
struct FakeShell: Sendable {
  var kernel: FakeKernel
  var trace = Trace()
  var outbox = Outbox()
  var troubles = KernelTroubles()
  var flaw = Flaw.none
  var lastWay = LastWay()
  private(set) var violations: [Violation] = []  // by what was applied

  init(kernel: FakeKernel) {
    self.kernel = kernel
  }

  /// What a turn of the daemon leaves to be done.
  struct Outbox: Sendable {
    var datagrams: [Datagram] = []
    var slow: [Change] = []
    var looksAtFirewall = false
    var decisions: [Decision] = []
    var memory: Memory?
  }

  mutating func takeOutbox() -> Outbox {
    defer { outbox = Outbox() }
    return outbox
  }

  func refusal(of datagram: Datagram) -> String? {
    troubles.unsendable.contains(datagram.interface) ? "ENOBUFS" : kernel.refusal(of: datagram)
  }

  /// The kernel takes a change or refuses it; either is watched for what it must not do.
  /// - Parameter seen: the links as the daemon knows them.
  mutating func apply(_ change: Change, seen: [InterfaceIndex: Link]) -> ChangeFailure? {
    let before = kernel
    let failure = answer(change)
    if flaw == .takesForeign, case .addRoute(let route) = change {
      kernel.routes.removeAll { $0.table == route.table && !$0.isOurs }
    }
    trace.add(.changed(change, failure))
    if before.foreignDiffers(from: kernel, after: change) {
      violations.append(.foreignTouched(change.line { before.interfaces[$0]?.link.name }))
    }
    if let found = lastWay.verdict(of: change, before: before, after: kernel, seen: seen) {
      violations.append(found)
    }
    return failure
  }

  private mutating func answer(_ change: Change) -> ChangeFailure? {
    switch troubles.next() {
    case .none: return kernel.apply(change)
    case .refuses(let failure): return failure
    case .isSilent:
      // The kernel took it, but its answer was lost.
      return kernel.apply(change) ?? FakeErrno.timedOut
    }
  }
}

/// How the kernel treats requests for a while.
struct KernelTroubles: Sendable {
  enum Answer: Sendable {
    case none, isSilent
    case refuses(ChangeFailure)
  }

  var percent = 0
  var unsendable: Set<InterfaceIndex> = []
  private var random = RandomSource(seed: 0)

  init(seed: UInt64 = 0) {
    random = RandomSource(seed: seed)
  }

  mutating func next() -> Answer {
    guard percent > 0, Int.random(in: 0..<100, using: &random) < percent else { return .none }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return .refuses(FakeErrno.noBuffers)
    case 1: return .refuses(FakeErrno.noMemory)
    default: return .isSilent
    }
  }
}

/// What has come in since the daemon's last turn.
struct Inbox: Sendable {
  enum Input: Sendable {
    case news
    case packet([UInt8], IPAddress, InterfaceIndex)
    case applied(Change, ChangeFailure?)
    case firewallSeen(Firewall?)
    case configured(Configuration)
    case ordered(Command)
  }

  var inputs: [Input] = []
}
