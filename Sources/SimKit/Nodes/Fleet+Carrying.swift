import Engine
import Model
import Wire

/// What becomes of packets between nodes.
extension Fleet {
  mutating func carry(_ datagram: Datagram, from node: Int) {
    if notesPackets { trace.add(.befell("\(nodes[node].name) sends \(datagram.headline)")) }
    if flaw.swallows(datagram, at: now) { return }
    switch datagram.medium {
    case .vrrp:
      guard let link = nodes[node].link(of: datagram.interface), let source = datagram.source
      else { return }
      let packet = VRRPPacket(
        bytes: datagram.payload, source: source, destination: datagram.destination, hopLimit: 255)
      spread(.vrrp(packet), on: link, from: node)
    case .peer:
      for link in 1...plan.links {
        for other in nodes.indices
        where other != node && FleetPlan.own(other, on: link) == datagram.destination {
          send(.peer(datagram.payload), to: other, on: link, from: node)
        }
      }
    case .arp:
      guard let link = nodes[node].link(of: datagram.interface) else { return }
      watch.announced(node, on: link, isThere: nodes[node].holds(on: link))
    case .echo, .neighbor, .udp:
      break
    }
  }

  /// To all others on a link.
  /// - Parameter node: nil for a stranger.
  mutating func spread(_ arrival: Arrival, on link: Int, from node: Int?) {
    for other in nodes.indices where other != node {
      send(arrival, to: other, on: link, from: node)
    }
  }

  private mutating func send(_ arrival: Arrival, to other: Int, on link: Int, from node: Int?) {
    if let node, !nodes[node].hasCarrier(on: link) { return }
    let conditions = conditions[link - 1]
    let times = isDrawn(conditions.duplication) ? 2 : 1
    for _ in 0..<times where !isDrawn(conditions.loss) {
      let jitter = Int(conditions.jitter.nanoseconds)
      let late = jitter == 0 ? 0 : Int.random(in: 0...jitter, using: &random)
      agenda.add(
        now + conditions.delay + .nanoseconds(late) + flaw.dawdling,
        .packet(arrival, node: other, link: link, from: node))
    }
  }

  mutating func arrive(_ arrival: Arrival, at node: Int, by link: Int, from other: Int?) {
    guard nodes[node].isRunning, nodes[node].hasCarrier(on: link) else { return }
    if let other, cuts.contains(Cut(from: other, to: node, link: link)) { return }
    let index = nodes[node].index(of: link)
    switch arrival {
    case .vrrp:
      guard nodes[node].shell.joined.contains(VRRPLink(index, .ipv4)) else { return }
    case .peer:
      guard nodes[node].shell.meeting != nil, !keysDiffer else { return }
    case .echo, .neighbor, .discovery, .arp, .udp, .claim:
      return
    }
    tell(node, .packet(arrival, index, at: now))
  }

  private mutating func isDrawn(_ percent: Int) -> Bool {
    percent > 0 && Int.random(in: 0..<100, using: &random) < percent
  }
}

extension Datagram {
  fileprivate var headline: String {
    switch medium {
    case .vrrp: "priority \(payload[2]) from \(source.map { "\($0)" } ?? "nowhere")"
    case .peer:
      if let message = try? PeerMessage(parsing: payload.span) {
        "to \(message.recipient): "
          + message.groups.map { "\($0.role) \($0.priority)\($0.wants ? " wants" : "")" }.joined()
      } else {
        "what nobody can read"
      }
    case .arp: "that it has \(destination)"
    case .echo, .neighbor, .udp: "to \(destination)"
    }
  }
}
