import Model
import Wire

/// The nodes' own channel: who is there, what each says of the groups, and when to speak.
///
/// Every heartbeat goes to every node by every path. What is new goes out at once.
public struct PeerChannel: Equatable, Sendable {
  public let node: NodeName  // this one
  public let cluster: Cluster
  public private(set) var sessions: [PeerSession]  // file order
  public private(set) var refusals: [PeerSession.Refusal: Int] = [:]
  public let digest: UInt64
  private let epoch: UInt64
  private var words: [PeerMessage.GroupWord] = []
  private var beatAt: Instant
  private var answersAt = Instant.zero  // whoever does not know us yet is answered from then on

  /// - Parameters:
  ///   - nodes: all of the file.
  ///   - epoch: drawn anew at each start; never 0.
  ///   - digest: of the configuration.
  ///   - old: before a reload; what it knows of nodes that are the same stays.
  public init?(
    _ cluster: Cluster, nodes: [Node], own: NodeName, epoch: UInt64, digest: UInt64,
    after old: PeerChannel?, at now: Instant
  ) {
    guard let here = nodes.first(where: { $0.name == own }) else { return nil }
    node = own
    self.cluster = cluster
    self.epoch = epoch
    self.digest = digest
    sessions = nodes.filter { $0.name != own }.map { there in
      let paths = zip(here.addresses, there.addresses).filter { $0.family == $1.family }
      let known = old?.sessions.first { session in
        session.node == there.name
          && session.paths.map { [$0.own, $0.theirs] } == paths.map { [$0, $1] }
      }
      return known
        ?? PeerSession(
          with: there.name, paths: paths.map { (own: $0, theirs: $1) }, epoch: epoch, at: now)
    }
    words = old?.words ?? []
    beatAt = now
  }

  /// Without a word for so long, on every path, a node is dead.
  public var span: Duration { cluster.heartbeat * cluster.fall }

  public func session(with node: NodeName) -> PeerSession? {
    sessions.first { $0.node == node }
  }

  /// What a node says of a group; nil: it is not there, or says nothing of it.
  public func word(of node: NodeName, on group: GroupName) -> PeerMessage.GroupWord? {
    guard let session = session(with: node), session.presence == .alive else { return nil }
    return session.words[stableHash(group.text)]
  }

  public var hasCompany: Bool { sessions.contains { $0.presence == .alive } }

  /// The next heartbeat, or the moment at which a node is silent if nothing comes of it.
  public var nextWake: Instant {
    sessions.compactMap { $0.silentAt(after: span) }.reduce(beatAt, min)
  }
}

extension PeerChannel {
  /// What is new is said at once.
  public mutating func says(_ words: [PeerMessage.GroupWord], at now: Instant) -> [Datagram] {
    guard words != self.words else { return [] }
    self.words = words
    return speak(at: now)
  }

  /// - Returns: what to send, and whether a node has fallen silent.
  public mutating func woke(at now: Instant) -> (datagrams: [Datagram], hasSilence: Bool) {
    var hasSilence = false
    for place in sessions.indices where sessions[place].judged(after: span, at: now) {
      hasSilence = true
    }
    return (beatAt <= now ? speak(at: now) : [], hasSilence)
  }

  /// - Parameter message: whose sender has proved that it has the key.
  /// - Returns: whether something else is known than before, and what to answer.
  public mutating func received(
    _ bytes: [UInt8], at now: Instant
  ) -> (hasNews: Bool, answers: [Datagram]) {
    do throws(PeerSession.Refusal) {
      return (try take(bytes, at: now), [])
    } catch {
      refusals[error, default: 0] += 1
      guard error == .unanswered, answersAt <= now,
        let message = try? PeerMessage(parsing: bytes.span),
        let place = sessions.firstIndex(where: { $0.node == message.sender })
      else { return (false, []) }
      answersAt = now + .milliseconds(5)
      return (false, speak(to: place, answering: message.epoch, at: now))
    }
  }

  private mutating func take(
    _ bytes: [UInt8], at now: Instant
  ) throws(PeerSession.Refusal) -> Bool {
    guard let message = try? PeerMessage(parsing: bytes.span) else { throw .unreadable }
    guard message.recipient == node else { throw .notForUs }
    guard let place = sessions.firstIndex(where: { $0.node == message.sender }) else {
      throw .stranger
    }
    return try sessions[place].received(message, at: now)
  }

  private mutating func speak(at now: Instant) -> [Datagram] {
    // It keeps the beat; after a stall it begins anew.
    let onBeat = beatAt + cluster.heartbeat
    beatAt = onBeat > now && onBeat <= now + cluster.heartbeat ? onBeat : now + cluster.heartbeat
    return sessions.indices.flatMap { speak(to: $0, at: now) }
  }

  private mutating func speak(
    to place: Int, answering claimed: UInt64? = nil, at now: Instant
  ) -> [Datagram] {
    sessions[place].messages(
      from: node, digest: digest, words: words, within: span, answering: claimed, at: now
    ).map { path, message in
      Datagram(
        .peer(port: cluster.port), interface: InterfaceIndex(0), source: path.own,
        destination: path.theirs, payload: message.bytes)
    }
  }
}
