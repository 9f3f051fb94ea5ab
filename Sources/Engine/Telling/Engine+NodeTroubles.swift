import Config
import Election
import Model
import Wire

/// What is wrong between this node and the others, as far as it shows here.
extension Engine {
  public func nodeTroubles(at now: Instant) -> [String] {
    guard !addressKeepers.isEmpty else { return [] }
    return identityTroubles + channelTroubles(at: now)
      + addressKeepers.flatMap { $0.basisTroubles(on: observed) }
      + addressKeepers.flatMap { claimTroubles($0, at: now) }
      + addressKeepers.flatMap { electionTroubles($0, at: now) } + refusalTroubles(at: now)
  }

  /// Two machines that take themselves for one node are the worst that a copied file can do.
  private var identityTroubles: [String] {
    guard let node = configuration.node(localNode), !isBlind else { return [] }
    let there = Set(observed.addresses.map(\.address.address))
    guard !node.addresses.contains(where: there.contains) else { return [] }
    let addresses = node.addresses.map(\.description).joined(separator: " and ")
    return [
      "this machine says that it is node \(localNode), and has not \(addresses), which the file gives "
        + "that node; is `node: \(localNode)` right here?"
    ]
  }

  private func channelTroubles(at now: Instant) -> [String] {
    guard let channel else { return [] }
    return channel.sessions.flatMap { session -> [String] in
      guard session.presence == .alive else {
        return session.presence == .silent ? [silence(of: session.node, channel)] : []
      }
      let isOther = session.digest.map { $0 != channel.digest } ?? false
      let other =
        "node \(session.node) runs another configuration than this one; `siaga apply` the same file "
        + "on both"
      return (isOther ? [other] : [])
        + session.paths.flatMap { deafness($0, of: session.node, channel, at: now) }
    }
  }

  private func silence(of node: NodeName, _ channel: PeerChannel) -> String {
    "nothing is heard of \(node) by the nodes' channel; is siaga running there, with the same key, "
      + "and is UDP port \(channel.cluster.port) open?"
  }

  /// Which way words get lost on one path, while another one carries them.
  private func deafness(
    _ path: PeerSession.Path, of node: NodeName, _ channel: PeerChannel, at now: Instant
  ) -> [String] {
    // It says a heartbeat later whom it hears.
    let patience = channel.span + channel.cluster.heartbeat * 2
    let way = "UDP port \(channel.cluster.port) from"
    let isHeard = path.heardAt.map { now - $0 < patience } ?? false
    if !isHeard {
      return [
        "nothing is heard of \(node) from \(path.theirs), though it lives; does a firewall drop \(way) "
          + "\(path.theirs) to \(path.own)?"
      ]
    }
    guard !path.isHeardThere else { return [] }
    return [
      "\(node) hears nothing from \(path.own), though it is heard; does a firewall drop \(way) "
        + "\(path.own) to \(path.theirs)?"
    ]
  }

  private func electionTroubles(_ keeper: AddressKeeper, at now: Instant) -> [String] {
    let rivals = keeper.sync.role == .active ? othersActive(keeper, at: now) : []
    if !rivals.isEmpty {
      let all = ([localNode] + rivals).sorted().map(\.text).joined(separator: " and ")
      let links = Set(keeper.routers.map(\.id.interface.text)).sorted().joined(separator: ", ")
      return [
        "both \(all) hold \(keeper.group): advertisements do not pass between them; let IP protocol "
          + "112 through on \(links), in firewalls and switches"
      ]
    }
    return keeper.routers.indices.filter { isMissed($0, keeper, at: now) }.map { place in
      "somebody else holds \(keeper.group), and is not heard on "
        + "\(keeper.routers[place].id.interface); is that link broken without a word, or does something "
        + "there drop IP protocol 112?"
    }
  }

  /// Nodes that say they hold it, while this one does.
  private func othersActive(_ keeper: AddressKeeper, at now: Instant) -> [NodeName] {
    keeper.nodes.filter { node, watch in
      if let word = channel?.word(of: node, on: keeper.group) { return word.role == .active }
      let longest = keeper.routers.map(\.interval).max() ?? .zero
      return watch.isActive && watch.lastHeard.map { now - $0 <= longest * 4 } ?? false
    }.keys.sorted()
  }

  private func isMissed(_ place: Int, _ keeper: AddressKeeper, at now: Instant) -> Bool {
    let isKnown =
      isServedUnheard(keeper)
      || keeper.routers.indices.contains { keeper.sync.active($0, at: now) != nil }
    return isKnown && keeper.sync.role == .backup && keeper.sync.active(place, at: now) == nil
  }
}

// MARK: - What was refused

extension Engine {
  /// Packets of other routers, by why they were dropped.
  public var routerRefusals: [String: Int] {
    Dictionary(uniqueKeysWithValues: vrrpRefusals.map { ($0.key.rawValue, $0.value) })
  }

  /// Words of other nodes, likewise.
  public var peerRefusals: [String: Int] {
    Dictionary(uniqueKeysWithValues: (channel?.refusals ?? [:]).map { ($0.key.rawValue, $0.value) })
  }
}

/// The last packet of its kind that was dropped, to tell of while it is fresh.
struct RefusedRouter: Equatable, Sendable {
  static let fresh = Duration.seconds(30)

  var source: IPAddress
  var interface: InterfaceIndex
  var at: Instant
}

extension Engine {
  private func refusalTroubles(at now: Instant) -> [String] {
    VRRPRefusal.allCases.compactMap { refusal in
      guard let advice = refusal.advice, let last = lastRefused[refusal],
        now - last.at < RefusedRouter.fresh
      else { return nil }
      let link = observed.links[last.interface].map { " on \($0.name)" } ?? ""
      return "VRRP packets of \(last.source)\(link) are refused (\(refusal.rawValue)); \(advice)"
    }
  }
}

extension VRRPRefusal {
  /// Nil: that is nobody's fault.
  fileprivate var advice: String? {
    switch self {
    case .unknownRouter: nil
    case .tooShort, .type, .count, .interval: "no router sends such; who is that?"
    case .version: "set `version:` of the address to what that router speaks, or change it there"
    case .checksum: "is that router's checksum left to a network card that does not do it?"
    case .hopLimit: "their hop limit is not 255, so that they may come from anywhere; who is that?"
    case .otherInterval: "with version 2 all must have the same interval: set `advertise:` to its"
    case .authentication: "take the authentication away there (keepalived: `auth_type`)"
    case .ownAddress: "another machine has this one's address, or the link is a loop"
    }
  }
}
