import Model
import Wire

/// What hosts say to probes: the truth, and what only looks like it.
extension Arrival {
  /// An honest answer.
  init(answering datagram: Datagram) {
    switch datagram.medium {
    case .icmp:
      var echo = ICMPEcho.read(datagram.payload, datagram.destination.family)
      precondition(echo.kind == .request, "a probe must be an echo request: \(echo)")
      echo.kind = .reply
      self = .icmp(echo.bytes, from: datagram.destination)
    case .neighbor, .arp, .udp:
      preconditionFailure("nobody asks by \(datagram.medium)")
    }
  }

  /// - Parameter draw: which forgery, from 0 to 7.
  func forged(_ draw: Int) -> Arrival {
    switch self {
    case .icmp(let message, let source):
      Arrival.forgedEcho(draw, message, source)
    case .neighbor, .arp, .udp:
      preconditionFailure("nobody answers by \(self)")
    }
  }

  private static func forgedEcho(_ draw: Int, _ message: [UInt8], _ source: IPAddress) -> Arrival {
    var echo = ICMPEcho.read(message, source.family)
    switch draw {
    case 0: echo.identifier ^= 1
    case 1: echo.payload[0] ^= 0x80
    case 2: echo.payload.removeLast()
    case 3: echo.sequence &+= 1
    case 4: return .icmp(message, from: source.stranger)
    case 6:
      // Destination unreachable (RFC 792, RFC 4443), with the start of our packet inside.
      let head: [UInt8] = [source.family == .ipv4 ? 3 : 1, 1, 0xfc, 0xfe, 0, 0, 0, 0]
      return .icmp(head + echo.bytes, from: source)
    default: return .icmp(Array(message.dropLast(9)), from: source)
    }
    return .icmp(echo.bytes, from: source)
  }
}

extension IPAddress {
  /// Somebody else of the same family.
  fileprivate var stranger: IPAddress {
    family == .ipv4 ? .v4(0x0a63_6363) : .v6(high: 1, low: 2)
  }
}

extension ICMPEcho {
  fileprivate static func read(_ bytes: [UInt8], _ family: Family) -> ICMPEcho {
    do throws(DecodeError) {
      return try ICMPEcho(parsing: bytes, family: family)
    } catch {
      preconditionFailure("not a well-formed echo (\(error)): \(bytes)")
    }
  }
}
