import Model
import Wire

/// An honest host's answers to probes.
extension Arrival {
  private static let hardware = HardwareAddress.drawn(0xffff)

  init(answering datagram: Datagram) {
    do throws(DecodeError) {
      switch datagram.medium {
      case .echo(let echo): self = .echo(echo, from: datagram.destination)
      case .neighbor: self = try Self.advertisement(datagram)
      case .arp: self = try Self.arp(datagram)
      case .udp(let port): self = Self.answer(datagram, port)
      case .vrrp, .peer: preconditionFailure("an advertisement asks nobody: \(datagram)")
      }
    } catch {
      preconditionFailure("not a well-formed probe: \(error)")
    }
  }

  private static func advertisement(_ datagram: Datagram) throws(DecodeError) -> Arrival {
    let asked = try NeighborSolicitation(parsing: datagram.payload.span, hopLimit: 255)
    let answer = NeighborAdvertisement(target: asked.target, hardware: hardware)
    return .neighbor(answer.bytes, hopLimit: 255)
  }

  private static func arp(_ datagram: Datagram) throws(DecodeError) -> Arrival {
    let asked = try ARPPacket(parsing: datagram.payload.span)
    precondition(asked.operation == .request, "a probe must be a request: \(asked)")
    let sender = ARPPacket.Party(hardware: hardware ?? .zero, address: asked.target.address)
    return .arp(ARPPacket(operation: .reply, sender: sender, target: asked.sender).bytes)
  }

  /// The query again, as a response without records (RFC 1035 §4.1.1).
  private static func answer(_ datagram: Datagram, _ port: UInt16) -> Arrival {
    var message = datagram.payload
    message[2] |= 0x80
    return .udp(message, from: datagram.destination, port: port)
  }
}
