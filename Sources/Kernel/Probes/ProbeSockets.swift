import CLinux
import Glibc
import Model
import Wire

/// The sockets that probes leave by, one bound to each link for each medium and family. What
/// none of them is for, the kernel drops by their filters: of echo replies all that do not begin
/// as our echoes do. Whoever knows how they do may flood a socket; it is read in slices, so that
/// he keeps nobody else waiting.
public final class ProbeSockets {
  fileprivate enum Kind: Hashable, CaseIterable {
    case echo, neighbor, arp, udp
  }

  fileprivate struct Key: Hashable {
    let interface: InterfaceIndex
    let family: Family
    let kind: Kind
  }

  private struct Socket {
    let descriptor: Int32
    var stamp = Stamp.unknown
  }

  /// How the contents of a socket's echoes begin.
  fileprivate enum Stamp: Equatable {
    case unknown  // none was sent
    case one(UInt32)
    case several
  }

  /// So many are read in one go.
  static let slice = 128

  private let loop: EventLoop
  private let receive: (Arrival, InterfaceIndex, Duration) -> Void
  private var sockets: [Key: Socket] = [:]
  private var buffer = [UInt8](repeating: 0, count: 2_048)

  /// - Parameter receive: what came in, by which link, and how long it has lain there.
  public init(
    loop: EventLoop, receive: @escaping (Arrival, InterfaceIndex, Duration) -> Void
  ) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for socket in sockets.values { Glibc.close(socket.descriptor) }
  }

  /// - Throws: why the probe did not leave; the socket lives on.
  public func send(_ datagram: Datagram) throws(SystemError) {
    let family = datagram.destination.family
    let key = Key(interface: datagram.interface, family: family, kind: Kind(datagram.medium))
    let descriptor = try socket(key)
    let result =
      switch datagram.medium {
      case .echo(let echo): ask(echo, datagram, key, by: descriptor)
      case .arp: broadcast(datagram, by: descriptor)
      case .neighbor: send(datagram.payload.span, datagram, by: descriptor)
      case .udp(let port): send(datagram.payload.span, datagram, port: port, by: descriptor)
      case .vrrp, .peer: preconditionFailure("what nodes say has sockets of its own: \(datagram)")
      }
    guard result >= 0 else {
      throw SystemError(code: Int32(-result), what: "ask \(datagram.destination)")
    }
  }

  private func ask(
    _ echo: NumberedEcho, _ datagram: Datagram, _ key: Key, by descriptor: Int32
  ) -> Int {
    hear(answersTo: echo, key)
    let message = echo.message(.request, key.family)
    return send(message.span, datagram, by: descriptor)
  }

  private func broadcast(_ datagram: Datagram, by descriptor: Int32) -> Int {
    let payload = datagram.payload
    return siaga_arp_broadcast(descriptor, datagram.interface.value, payload, payload.count)
  }

  private func send(
    _ message: Span<UInt8>, _ datagram: Datagram, port: UInt16 = 0, by descriptor: Int32
  ) -> Int {
    message.withUnsafeBufferPointer {
      siaga_send_to(
        descriptor, datagram.destination.family.version, datagram.interface.value,
        siaga_host(datagram.source), siaga_host(datagram.destination), port, $0.baseAddress,
        $0.count)
    }
  }

  /// The link is gone: a later one of the same name has another index.
  public func close(_ index: InterfaceIndex) {
    for family in Family.allCases {
      for kind in Kind.allCases {
        let key = Key(interface: index, family: family, kind: kind)
        guard let socket = sockets.removeValue(forKey: key) else { continue }
        loop.retire(socket.descriptor)
      }
    }
  }

  private func socket(_ key: Key) throws(SystemError) -> Int32 {
    if let open = sockets[key] { return open.descriptor }
    let descriptor = key.open()
    guard descriptor >= 0 else {
      throw SystemError(
        code: -descriptor, what: "open a socket of probes on interface \(key.interface)")
    }
    do {
      try loop.watch(descriptor) { [unowned self] in drain(descriptor, key) }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    sockets[key] = Socket(descriptor: descriptor)
    return descriptor
  }

  /// All echoes of a daemon begin alike; should one not, all answers are heard.
  private func hear(answersTo echo: NumberedEcho, _ key: Key) {
    guard let socket = sockets[key] else { return }
    let stamp = UInt32(truncatingIfNeeded: echo.first >> 32)
    // Without its filter a socket hears more than it must, and nothing else is wrong with it.
    switch socket.stamp {
    case .one(stamp), .several: break
    case .unknown:
      sockets[key]?.stamp = .one(stamp)
      _ = siaga_ping_hear(socket.descriptor, key.family.version, stamp)
    case .one:
      sockets[key]?.stamp = .several
      _ = siaga_ping_hear_all(socket.descriptor)
    }
  }
}

// MARK: - What comes in

extension ProbeSockets {
  /// A pending error (ENETDOWN, EHOSTUNREACH) is read and passed over: the socket lives on.
  private func drain(_ descriptor: Int32, _ key: Key) {
    var waited = Duration.zero
    for _ in 0..<Self.slice {
      var sender = siaga_sender()
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from(descriptor, key.family.version, $0.baseAddress, $0.count, &sender)
      }
      if count == -Int(EAGAIN) { return }
      guard count > 0 else { continue }
      waited = .nanoseconds(sender.waited_ns)
      guard let arrival = arrival(of: count, from: sender, key) else { continue }
      receive(arrival, key.interface, waited)
    }
    loop.leftUnread(since: Clock.now - waited)
  }

  private func arrival(of count: Int, from sender: siaga_sender, _ key: Key) -> Arrival? {
    if key.kind == .arp { return .arp(Array(buffer.prefix(count))) }
    if key.kind == .echo, key.family == .ipv4 { return echo(of: count) }
    let bytes = withUnsafeBytes(of: sender.address) { Array($0.prefix(key.family.bits / 8)) }
    guard let source = IPAddress(bytes: bytes) else { return nil }
    let message = Array(buffer.prefix(count))
    switch key.kind {
    case .neighbor:
      guard sender.is_for_us == 1, let hopLimit = UInt8(exactly: sender.hop_limit) else {
        return nil
      }
      return .neighbor(message, hopLimit: hopLimit)
    case .udp: return .udp(message, from: source, port: sender.port)
    case .echo, .arp:
      // What is no echo's answer is nobody's: errors and other programs' come by the same socket.
      return (try? NumberedEcho(reply: message.span, key.family)).map { .echo($0, from: source) }
    }
  }

  /// These alone come with their IP header.
  private func echo(of count: Int) -> Arrival? {
    let bytes = buffer  // not copied: it is let go before the next is read
    let packet = bytes.span.extracting(0..<count)
    // As above, of whatever else a raw socket hears.
    guard let header = try? IPv4Header(parsing: packet), header.transport == IPv4Header.icmp,
      let echo = try? NumberedEcho(reply: packet.extracting(header.payload), .ipv4)
    else { return nil }
    return .echo(echo, from: header.source)
  }
}

extension ProbeSockets.Kind {
  fileprivate init(_ medium: Datagram.Medium) {
    switch medium {
    case .echo: self = .echo
    case .neighbor: self = .neighbor
    case .arp: self = .arp
    case .udp: self = .udp
    case .vrrp, .peer: preconditionFailure("what nodes say has sockets of its own")
    }
  }
}

extension ProbeSockets.Key {
  /// - Returns: a descriptor, or -errno.
  fileprivate func open() -> Int32 {
    switch kind {
    case .echo: siaga_ping_open(family.version, interface.value)
    case .neighbor: siaga_neighbor_open(interface.value)
    case .arp: siaga_arp_open(interface.value)
    case .udp: siaga_udp_open(family.version, interface.value)
    }
  }
}

extension Family {
  var version: Int32 { self == .ipv4 ? 4 : 6 }
}

extension siaga_host {
  /// - Parameter address: nil where the kernel may choose.
  init(_ address: IPAddress?) {
    switch address {
    case .v4(let bits): self.init(high: 0, low: UInt64(bits), is_known: 1)
    case .v6(let high, let low): self.init(high: high, low: low, is_known: 1)
    case nil: self.init(high: 0, low: 0, is_known: 0)
    }
  }
}
