import Model
import Wire

/// What looks like an answer to a probe, and must not count as one.
extension Arrival {
  /// - Parameter draw: which forgery, from 0 to 7.
  func forged(_ draw: Int) -> Arrival {
    do throws(DecodeError) {
      switch self {
      case .echo(let echo, let source):
        return Self.forgedEcho(draw, echo, source)
      case .neighbor(let message, let hopLimit):
        return try Self.forgedAdvertisement(draw, message, hopLimit)
      case .arp(let packet):
        return try Self.forgedARP(draw, packet)
      case .discovery, .vrrp, .peer, .claim:
        preconditionFailure("no probe is answered by a router's advertisement: \(self)")
      case .udp(let message, let source, let port):
        return Self.forgedAnswer(draw, message, source, port)
      }
    } catch {
      preconditionFailure("not a well-formed answer (\(error)): \(self)")
    }
  }

  private static func forgedEcho(
    _ draw: Int, _ honest: NumberedEcho, _ source: IPAddress
  ) -> Arrival {
    var echo = honest
    switch draw {
    case 0: echo.identifier ^= 1
    case 1: echo.first ^= 1 << 63
    case 2: echo.second ^= 1
    case 3: echo.sequence &+= 1
    case 4: return .echo(echo, from: source.stranger)
    case 6: (echo.first, echo.second) = (echo.second, echo.first)
    default: echo.second ^= 1 << 40  // a probe of which the sequence number is as short
    }
    return .echo(echo, from: source)
  }

  private static func forgedAdvertisement(
    _ draw: Int, _ message: [UInt8], _ hopLimit: UInt8
  ) throws(DecodeError) -> Arrival {
    var answer = try NeighborAdvertisement(parsing: message.span, hopLimit: hopLimit)
    switch draw {
    case 0, 1: answer.target = answer.target.stranger
    case 2, 3: answer.isSolicited = false
    case 4: return .neighbor(message, hopLimit: hopLimit - 1)
    default: return .neighbor(Array(message.dropLast(9)), hopLimit: hopLimit)
    }
    return .neighbor(answer.bytes, hopLimit: hopLimit)
  }

  private static func forgedARP(_ draw: Int, _ packet: [UInt8]) throws(DecodeError) -> Arrival {
    var answer = try ARPPacket(parsing: packet.span)
    let stranger = ARPPacket.Party(
      hardware: answer.sender.hardware, address: answer.sender.address.stranger)
    switch draw {
    case 0: answer.operation = .request
    case 1: answer.sender = stranger
    case 2: answer.target = stranger
    case 3: answer.target = answer.sender  // it tells everybody of itself
    case 4: swap(&answer.sender, &answer.target)
    default: return .arp(Array(packet.dropLast(9)))
    }
    return .arp(answer.bytes)
  }

  private static func forgedAnswer(
    _ draw: Int, _ message: [UInt8], _ source: IPAddress, _ port: UInt16
  ) -> Arrival {
    var message = message
    switch draw {
    case 0: message[0] ^= 1
    case 1: message[13] ^= 1  // in the name that was asked for
    case 2: message[message.count - 3] ^= 1  // in its type
    case 3: message[2] &= 0x7f  // a query
    case 4: return .udp(message, from: source.stranger, port: port)
    case 6: return .udp(message, from: source, port: port + 1)
    default: message.removeLast(9)
    }
    return .udp(message, from: source, port: port)
  }
}

extension IPAddress {
  /// Somebody else of the same family.
  fileprivate var stranger: IPAddress {
    family == .ipv4 ? .v4(0x0a63_6363) : .v6(high: 1, low: 2)
  }
}
