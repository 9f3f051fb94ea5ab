import CLinux
import Glibc
import Model
import Wire

/// Raw ICMP sockets, one bound to each link that is probed.
public final class PingSockets {

  private let loop: EventLoop
  private let receive: ([UInt8], IPAddress, InterfaceIndex) -> Void
  private var sockets: [InterfaceIndex: Int32] = [:]
  private var buffer = [UInt8](repeating: 0, count: 2_048)

  /// - Parameter receive: an ICMP message, who sent it, and the link it came by.
  public init(
    loop: EventLoop, receive: @escaping ([UInt8], IPAddress, InterfaceIndex) -> Void
  ) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for descriptor in sockets.values { Glibc.close(descriptor) }
  }

  /// - Throws: why the probe did not leave; the socket lives on.
  public func send(_ datagram: Datagram) throws(SystemError) {
    guard case .v4(let destination) = datagram.destination else {
      throw SystemError(code: EAFNOSUPPORT, what: "ping \(datagram.destination)")
    }
    var source: UInt32 = 0
    if case .v4(let address)? = datagram.source { source = address }
    let result = siaga_ping_send(
      try socket(datagram.interface), datagram.interface.value, source, destination,
      datagram.payload, datagram.payload.count)
    guard result >= 0 else {
      throw SystemError(code: Int32(-result), what: "ping \(datagram.destination)")
    }
  }

  /// The link is gone: a later one of the same name has another index.
  public func close(_ index: InterfaceIndex) {
    guard let descriptor = sockets.removeValue(forKey: index) else { return }
    loop.forget(descriptor)
    Glibc.close(descriptor)
  }

  private func socket(_ index: InterfaceIndex) throws(SystemError) -> Int32 {
    if let open = sockets[index] { return open }
    let descriptor = siaga_ping_open(index.value)
    guard descriptor >= 0 else {
      throw SystemError(code: -descriptor, what: "open an ICMP socket on interface \(index)")
    }
    do {
      try loop.watch(descriptor) { [unowned self] in drain(descriptor, index) }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    sockets[index] = descriptor
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
      receive(packet.payload, packet.source, index)
    }
  }
}
