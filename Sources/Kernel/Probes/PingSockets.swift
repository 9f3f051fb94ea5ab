import CLinux
import Glibc
import Model
import Wire

/// Raw ICMP and ICMPv6 sockets, one bound to each link that is probed in a family.
public final class PingSockets {
  private struct Key: Hashable {
    let interface: InterfaceIndex
    let family: Family
  }

  private let loop: EventLoop
  private let receive: (Arrival, InterfaceIndex) -> Void
  private var sockets: [Key: Int32] = [:]
  private var buffer = [UInt8](repeating: 0, count: 2_048)

  /// - Parameter receive: what came in, and by which link.
  public init(loop: EventLoop, receive: @escaping (Arrival, InterfaceIndex) -> Void) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for descriptor in sockets.values { Glibc.close(descriptor) }
  }

  /// - Throws: why the probe did not leave; the socket lives on.
  public func send(_ datagram: Datagram) throws(SystemError) {
    let family = datagram.destination.family
    let descriptor = try socket(Key(interface: datagram.interface, family: family))
    let index = datagram.interface.value
    let destination = datagram.destination.bytes
    let payload = datagram.payload
    // An optional array does not become an optional pointer by itself.
    let result =
      if let source = datagram.source?.bytes {
        siaga_ping_send(
          descriptor, family.version, index, source, destination, payload, payload.count)
      } else {
        siaga_ping_send(
          descriptor, family.version, index, nil, destination, payload, payload.count)
      }
    guard result >= 0 else {
      throw SystemError(code: Int32(-result), what: "ping \(datagram.destination)")
    }
  }

  /// The link is gone: a later one of the same name has another index.
  public func close(_ index: InterfaceIndex) {
    for family in Family.allCases {
      let key = Key(interface: index, family: family)
      guard let descriptor = sockets.removeValue(forKey: key) else { continue }
      loop.forget(descriptor)
      Glibc.close(descriptor)
    }
  }

  private func socket(_ key: Key) throws(SystemError) -> Int32 {
    if let open = sockets[key] { return open }
    let descriptor = siaga_ping_open(key.family.version, key.interface.value)
    guard descriptor >= 0 else {
      throw SystemError(
        code: -descriptor, what: "open an ICMP socket on interface \(key.interface)")
    }
    do {
      try loop.watch(descriptor) { [unowned self] in
        switch key.family {
        case .ipv4: drain(descriptor, key.interface)
        case .ipv6: drain6(descriptor, key.interface)
        }
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    sockets[key] = descriptor
    return descriptor
  }

  /// A pending error (ENETDOWN, EHOSTUNREACH) is read and passed over: the socket lives on.
  private func drain(_ descriptor: Int32, _ index: InterfaceIndex) {
    for _ in 0..<1_024 {
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive(descriptor, $0.baseAddress, $0.count)
      }
      if count == -Int(EAGAIN) { return }
      guard count > 0,
        let packet = try? IPv4Packet(parsing: buffer.span.extracting(0..<Int(count))),
        packet.transport == IPv4Packet.icmp
      else { continue }
      receive(.icmp(packet.payload, from: packet.source), index)
    }
  }

  /// IPv6 sockets deliver without the header (RFC 3542 §3).
  private func drain6(_ descriptor: Int32, _ index: InterfaceIndex) {
    var sender = [UInt8](repeating: 0, count: 16)
    for _ in 0..<1_024 {
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from6(descriptor, $0.baseAddress, $0.count, &sender)
      }
      if count == -Int(EAGAIN) { return }
      guard count > 0, let source = IPAddress(bytes: sender) else { continue }
      receive(.icmp(Array(buffer.prefix(Int(count))), from: source), index)
    }
  }
}

extension Family {
  fileprivate var version: Int32 { self == .ipv4 ? 4 : 6 }
}
