import Model
import Wire

/// "Who has this address?", by ARP or by neighbour discovery.
///
/// Neither has room for a number that comes back, so an answer is taken for the newest probe
/// that still waits for one; one that is later than `timeout` may then count for the next.
struct NeighborProbe: Sendable {
  private enum Question: Sendable {
    case none
    case arp(ARPPacket)
    case solicitation(NeighborSolicitation)
  }

  private var asked = Question.none

  mutating func effort(asking address: IPAddress, by link: ProbeLink) -> Probe.Effort {
    guard let hardware = link.hardware else {
      return .impossible(
        "\(link.interface) has no hardware address to ask with, as links without ARP have none")
    }
    guard link.way.isNeighbor(address) else {
      return .impossible("\(address) is in no network of \(link.interface)")
    }
    guard let source = link.way.source(to: address) else {
      return .impossible("\(link.interface) has no address to ask \(address) from")
    }
    switch address.family {
    case .ipv4:
      let request = ARPPacket.request(
        for: address, from: ARPPacket.Party(hardware: hardware, address: source))
      asked = .arp(request)
      return .transmit(
        Datagram(
          .arp, interface: link.index, source: source, destination: address,
          payload: request.bytes))
    case .ipv6:
      let solicitation = NeighborSolicitation(for: address, from: hardware)
      asked = .solicitation(solicitation)
      return .transmit(
        Datagram(
          .neighbor, interface: link.index, source: source,
          destination: solicitation.destination, payload: solicitation.bytes))
    }
  }

  func isAnswered(by packet: ARPPacket) -> Bool {
    guard case .arp(let request) = asked else { return false }
    return packet.answers(request)
  }

  func isAnswered(by advertisement: NeighborAdvertisement) -> Bool {
    guard case .solicitation(let solicitation) = asked else { return false }
    return advertisement.answers(solicitation)
  }
}
