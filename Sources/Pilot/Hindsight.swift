import Model

/// What was heard since the kernel was asked something that it has not answered yet.
///
/// It may keep whoever asks waiting, and goes on telling of what happens: an answer may be older than
/// what is known by the time it comes. So what was heard since the question stands over it.
struct Hindsight: Sendable {
  /// When something was asked, in the order of what is heard.
  struct Mark: Sendable {
    fileprivate let place: Int
    fileprivate let losses: Int
  }

  struct Since: Sendable {
    let heard: ArraySlice<KernelState.Delta>
    /// Something may have gone without a word.
    let hasLosses: Bool
  }

  /// More than a storm brings while the kernel keeps anybody waiting.
  static let most = 1 << 16

  private var heard: [KernelState.Delta] = []
  private var first = 0  // the place of the first that is kept
  private var losses = 0
  private var waiting: [Int] = []  // places of questions, in their order

  /// - Parameter withLosses: after it, what the kernel drops without a word may be gone, too.
  mutating func hear(_ deltas: [KernelState.Delta], withLosses: Bool = false) {
    if withLosses { losses += 1 }
    guard !waiting.isEmpty else { return }
    heard += deltas
    guard heard.count > Self.most else { return }
    first += heard.count
    heard = []
  }

  mutating func ask() -> Mark {
    let place = first + heard.count
    waiting.append(place)
    return Mark(place: place, losses: losses)
  }

  /// - Returns: nil if it was more than could be kept: then the answer is worth nothing.
  mutating func answered(_ mark: Mark) -> Since? {
    if let asked = waiting.firstIndex(of: mark.place) { waiting.remove(at: asked) }
    defer { forget() }
    guard mark.place >= first else { return nil }
    return Since(heard: heard[(mark.place - first)...], hasLosses: losses != mark.losses)
  }

  /// What nobody waits for any more.
  private mutating func forget() {
    let next = waiting.first ?? first + heard.count
    guard next > first else { return }
    heard.removeFirst(next - first)
    first = next
  }
}
