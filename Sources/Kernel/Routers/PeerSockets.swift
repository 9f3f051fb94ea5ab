import CLinux
import Glibc
import Model
import Wire

/// The sockets of the nodes' own channel, one for each family. What goes out is authenticated with
/// the key, and what comes in without it is dropped.
public final class PeerSockets {
  private static let burst = 64  // messages a turn; the rest is read in the next

  private let loop: EventLoop
  private let receive: ([UInt8]) -> Void
  private var sockets: [Family: Int32] = [:]
  private var key: [UInt8] = []
  private var buffer = [UInt8](repeating: 0, count: 2_048)
  public private(set) var forged = 0  // messages without the key
  public private(set) var lastForged: (sender: IPAddress, at: Instant)?

  /// - Parameter receive: a message whose sender has the key.
  public init(loop: EventLoop, receive: @escaping ([UInt8]) -> Void) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for descriptor in sockets.values { Glibc.close(descriptor) }
  }

  public func close() {
    for descriptor in sockets.values {
      loop.forget(descriptor)
      Glibc.close(descriptor)
    }
    sockets = [:]
    key = []
  }

  /// Speaks and hears on that port from now on.
  public func open(port: UInt16, key: [UInt8]) throws(SystemError) {
    close()
    for family in Family.allCases {
      let descriptor = siaga_peer_open(family.version, port)
      // A machine may be without IPv6.
      if family == .ipv6, descriptor == -EAFNOSUPPORT { continue }
      guard descriptor >= 0 else {
        close()
        throw SystemError(code: -descriptor, what: "open UDP port \(port) for other nodes")
      }
      sockets[family] = descriptor
      try loop.watch(descriptor) { [unowned self] in drain(descriptor, family) }
    }
    self.key = key
    lastForged = nil
  }

  /// - Throws: why it did not leave; the socket lives on.
  public func send(_ datagram: Datagram, to port: UInt16) throws(SystemError) {
    let family = datagram.destination.family
    guard let descriptor = sockets[family] else { return }  // the key is not known yet
    let bytes =
      datagram.payload + SHA256.authentication(of: datagram.payload, key: key)
    let result = siaga_send_to(
      descriptor, family.version, 0, siaga_host(datagram.source),
      siaga_host(datagram.destination), port, bytes, bytes.count)
    guard result >= 0 else {
      throw SystemError(code: Int32(-result), what: "speak to the node at \(datagram.destination)")
    }
  }

  /// A pending error (ECONNREFUSED) is read and passed over: the socket lives on.
  private func drain(_ descriptor: Int32, _ family: Family) {
    for _ in 0..<Self.burst {
      var sender = siaga_sender()
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from(descriptor, family.version, $0.baseAddress, $0.count, &sender)
      }
      if count == -Int(EAGAIN) { return }
      guard count > 0 else { continue }
      let message = Array(buffer.prefix(max(0, count - SHA256.size)))
      let tag = Array(buffer[message.count..<count])
      guard SHA256.areSame(tag, SHA256.authentication(of: message, key: key)) else {
        forged += 1
        lastForged = Self.host(sender, family).map { ($0, Clock.now) }
        continue
      }
      receive(message)
      // Whoever received may have closed it.
      guard sockets[family] == descriptor else { return }
    }
  }
  private static func host(_ sender: siaga_sender, _ family: Family) -> IPAddress? {
    IPAddress(bytes: withUnsafeBytes(of: sender.address) { Array($0.prefix(family.bits / 8)) })
  }
}
