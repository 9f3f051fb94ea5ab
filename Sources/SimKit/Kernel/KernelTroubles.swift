import Engine
import Model
import Reconcile

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
