import CLinux
import Glibc
import Model
import Wire

/// The sockets that probes leave by, one bound to each link for each medium and family. What
/// none of them is for, the kernel drops by their filters.
public final class ProbeSockets {
  fileprivate enum Kind: Hashable, CaseIterable {
    case icmp, neighbor, arp, udp
  }

  fileprivate struct Key: Hashable {
    let interface: InterfaceIndex
    let family: Family
    let kind: Kind
  }

  private let loop: EventLoop
  private let receive: (Arrival, InterfaceIndex, Duration) -> Void
  private var sockets: [Key: Int32] = [:]
  private var buffer = [UInt8](repeating: 0, count: 2_048)

  /// - Parameter receive: what came in, by which link, and how long it has lain there.
  public init(
    loop: EventLoop, receive: @escaping (Arrival, InterfaceIndex, Duration) -> Void
  ) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for descriptor in sockets.values { Glibc.close(descriptor) }
  }

  /// - Throws: why the probe did not leave; the socket lives on.
  public func send(_ datagram: Datagram) throws(SystemError) {
    let family = datagram.destination.family
    let kind = Kind(datagram.medium)
    let descriptor = try socket(
      Key(interface: datagram.interface, family: family, kind: kind))
    let index = datagram.interface.value
    let payload = datagram.payload
    let result =
      switch datagram.medium {
      case .arp: siaga_arp_broadcast(descriptor, index, payload, payload.count)
      case .icmp, .neighbor: send(datagram, port: 0, by: descriptor)
      case .udp(let port): send(datagram, port: port, by: descriptor)
      case .vrrp, .peer: preconditionFailure("what nodes say has sockets of its own: \(datagram)")
      }
    guard result >= 0 else {
      throw SystemError(code: Int32(-result), what: "ask \(datagram.destination)")
    }
  }

  private func send(_ datagram: Datagram, port: UInt16, by descriptor: Int32) -> Int {
    let payload = datagram.payload
    return siaga_send_to(
      descriptor, datagram.destination.family.version, datagram.interface.value,
      siaga_host(datagram.source), siaga_host(datagram.destination), port, payload, payload.count)
  }

  /// The link is gone: a later one of the same name has another index.
  public func close(_ index: InterfaceIndex) {
    for family in Family.allCases {
      for kind in Kind.allCases {
        let key = Key(interface: index, family: family, kind: kind)
        guard let descriptor = sockets.removeValue(forKey: key) else { continue }
        loop.forget(descriptor)
        Glibc.close(descriptor)
      }
    }
  }

  private func socket(_ key: Key) throws(SystemError) -> Int32 {
    if let open = sockets[key] { return open }
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
    sockets[key] = descriptor
    return descriptor
  }
}

// MARK: - What comes in

extension ProbeSockets {
  /// A pending error (ENETDOWN, EHOSTUNREACH) is read and passed over: the socket lives on.
  private func drain(_ descriptor: Int32, _ key: Key) {
    for _ in 0..<1_024 {
      var sender = siaga_sender()
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from(descriptor, key.family.version, $0.baseAddress, $0.count, &sender)
      }
      if count == -Int(EAGAIN) { return }
      guard count > 0, let arrival = arrival(of: count, from: sender, key) else { continue }
      receive(arrival, key.interface, .nanoseconds(sender.waited_ns))
    }
  }

  private func arrival(of count: Int, from sender: siaga_sender, _ key: Key) -> Arrival? {
    if key.kind == .arp { return .arp(Array(buffer.prefix(count))) }
    if key.kind == .icmp, key.family == .ipv4 { return echo(of: count) }
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
    case .icmp, .arp: return .icmp(message, from: source)
    }
  }

  /// These alone come with their IP header.
  private func echo(of count: Int) -> Arrival? {
    let bytes = buffer  // not copied: it is let go before the next is read
    guard let packet = try? IPv4Packet(parsing: bytes.span.extracting(0..<count)),
      packet.transport == IPv4Packet.icmp
    else { return nil }
    return .icmp(packet.payload, from: packet.source)
  }
}

extension ProbeSockets.Kind {
  fileprivate init(_ medium: Datagram.Medium) {
    switch medium {
    case .icmp: self = .icmp
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
    case .icmp: siaga_ping_open(family.version, interface.value)
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
