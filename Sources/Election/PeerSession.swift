import Model
import Wire

/// What is known of another node by the channel between them.
///
/// A word counts when it echoes the number that this node drew at its start: then it was said in
/// answer to one of ours, and is no recording of an earlier day. Within one run of both, each path's
/// counter grows. So neither clocks nor memory on disk are needed.
public struct PeerSession: Equatable, Sendable {
  public struct Path: Equatable, Sendable {
    public let own: IPAddress
    public let theirs: IPAddress
    public internal(set) var heardAt: Instant?
    public internal(set) var isHeardThere = false  // as it said last
    var counter: UInt64 = 0
    var sent: UInt64 = 0
  }

  public let node: NodeName
  public private(set) var paths: [Path]
  public private(set) var digest: UInt64?  // of its configuration
  public private(set) var words: [UInt64: PeerMessage.GroupWord] = [:]
  public private(set) var presence = Presence.unknown
  public private(set) var lastHeard: Instant?
  private let beganAt: Instant
  private var epoch: UInt64 = 0  // its own; 0: not known yet
  private var retired: [UInt64] = []  // that it had before
  private let own: UInt64

  private static let mostRetired = 64

  /// - Parameters:
  ///   - epoch: this node's own, drawn at its start; never 0.
  ///   - paths: own address and theirs, for each.
  public init(
    with node: NodeName, paths: [(own: IPAddress, theirs: IPAddress)], epoch: UInt64,
    at now: Instant
  ) {
    precondition(epoch != 0, "an epoch of 0 means that none is known")
    self.node = node
    self.paths = paths.prefix(PeerMessage.mostPaths).map { Path(own: $0.own, theirs: $0.theirs) }
    own = epoch
    beganAt = now
  }

  public enum Presence: String, Equatable, Sendable {
    case unknown  // it is too early to tell
    case alive
    case silent  // on every path
  }

  /// Why a message was dropped.
  public enum Refusal: String, Error, Hashable, Sendable, CaseIterable {
    case unreadable
    case stranger  // of a node that the file does not have
    case notForUs = "for another node"
    case wrongPath = "by a path that there is not"
    case unanswered = "in answer to none of ours"  // at a start, or replayed
    case replayed
  }

  /// When it is silent unless something comes; nil: it is.
  /// - Parameter span: of silence, that makes it so.
  public func silentAt(after span: Duration) -> Instant? {
    presence == .silent ? nil : (lastHeard ?? beganAt) + span
  }

  /// Once all that has come is heard.
  /// - Returns: whether it has fallen silent just now.
  mutating func judged(after span: Duration, at now: Instant) -> Bool {
    guard let due = silentAt(after: span), due <= now else { return false }
    presence = .silent
    return true
  }

  /// - Returns: whether something else is known of it than before.
  /// - Throws: `unanswered` for one that does not know us yet: it wants an answer.
  public mutating func received(_ message: PeerMessage, at now: Instant) throws(Refusal) -> Bool {
    let place = Int(message.path)
    guard paths.indices.contains(place) else { throw .wrongPath }
    guard message.echo == own else { throw .unanswered }
    if message.epoch != epoch {
      guard message.epoch != 0, !retired.contains(message.epoch) else { throw .replayed }
      if epoch != 0 { retired = (retired + [epoch]).suffix(Self.mostRetired) }
      epoch = message.epoch
      for index in paths.indices { paths[index].counter = 0 }
    }
    guard message.counter > paths[place].counter else { throw .replayed }
    paths[place].counter = message.counter
    paths[place].heardAt = now
    let before = (words, digest, presence)
    lastHeard = now
    presence = .alive
    for index in paths.indices { paths[index].isHeardThere = message.hears(index) }
    digest = message.digest
    words = Dictionary(message.groups.map { ($0.group, $0) }) { first, _ in first }
    return before != (words, digest, presence)
  }

  /// What to tell it, by each path.
  /// - Parameter answering: its epoch as a message claims it that we cannot believe yet.
  public mutating func messages(
    from node: NodeName, digest: UInt64, words: [PeerMessage.GroupWord], within span: Duration,
    answering claimed: UInt64? = nil, at now: Instant
  ) -> [(path: Path, message: PeerMessage)] {
    let heard = paths.indices.reduce(UInt32(0)) { mask, index in
      let isHeard = paths[index].heardAt.map { now - $0 < span } ?? false
      return isHeard ? mask | 1 << UInt32(index) : mask
    }
    return paths.indices.map { index in
      paths[index].sent += 1
      let message = PeerMessage(
        sender: node, recipient: self.node, epoch: own, echo: claimed ?? epoch,
        counter: paths[index].sent, path: UInt8(index), heardPaths: heard, digest: digest,
        groups: words)
      return (paths[index], message)
    }
  }
}

extension PeerMessage {
  fileprivate func hears(_ path: Int) -> Bool { heardPaths & 1 << UInt32(path) != 0 }
}
