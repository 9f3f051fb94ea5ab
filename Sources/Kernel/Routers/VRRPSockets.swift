import CLinux
import Glibc
import Model
import Wire

/// The sockets of virtual routers, one for each link and family: advertisements go out and come
/// in by them.
///
/// Of a flood each turn takes so many and no more, so that our own advertisements are never late; and
/// nobody is missed whose word may lie behind those: what is due is judged as of what was read last.
public final class VRRPSockets {
  private static let burst = 128
  /// Judging later makes our own advertisements late, too: so much and no more.
  private static let patience = Duration.milliseconds(50)

  private let loop: EventLoop
  private let receive: (Arrival, InterfaceIndex) -> Void
  private var sockets = LinkSockets<VRRPLink>()
  private var buffer = [UInt8](repeating: 0, count: 2_048)

  /// - Parameter receive: what came in, and by which link.
  public init(loop: EventLoop, receive: @escaping (Arrival, InterfaceIndex) -> Void) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for descriptor in sockets.open.values { Glibc.close(descriptor) }
  }

  /// On these links from now on, and on no others.
  public func join(_ links: [VRRPLink]) {
    sockets.want(links) { link, descriptor in
      if link.hears { loop.retire(descriptor) } else { loop.close(descriptor) }
    }
    _ = tend(at: Clock.now)
  }

  /// At the end of each turn: opens what is not open.
  /// - Returns: when it must be called again, and why a socket could not be opened.
  public func tend(at now: Instant) -> (next: Instant?, failure: SystemError?) {
    sockets.tend(at: now, opened)
  }

  /// - Throws: why it did not leave; the socket lives on.
  public func send(_ datagram: Datagram) throws(SystemError) {
    let what = "advertise virtual routers on interface \(datagram.interface)"
    let (index, family) = (datagram.interface, datagram.destination.family)
    guard
      let descriptor = sockets.open[VRRPLink(index, family)]
        ?? sockets.open[VRRPLink(index, family, hears: false)]
    else { throw SystemError(code: ENOTCONN, what: what) }
    let result = siaga_send_to(
      descriptor, family.version, index.value, siaga_host(datagram.source),
      siaga_host(datagram.destination), 0, datagram.payload, datagram.payload.count)
    guard result >= 0 else { throw SystemError(code: Int32(-result), what: what) }
  }

  private func opened(_ link: VRRPLink) throws(SystemError) -> Int32 {
    let descriptor = siaga_vrrp_open(
      link.family.version, link.interface.value, link.hears ? 1 : 0)
    guard descriptor >= 0 else {
      throw SystemError(
        code: -descriptor, what: "hear virtual routers on interface \(link.interface)")
    }
    guard link.hears else { return descriptor }
    try loop.watch(opened: descriptor) { [unowned self] in drain(descriptor, link) }
    let (version, index) = (link.family.version, link.interface.value)
    loop.join {
      siaga_vrrp_join(descriptor, version, index)
    } done: { [unowned self] in
      joined(link, descriptor, result: $0)
    }
    return descriptor
  }

  /// Nobody is heard by a socket that the kernel does not let join; it may have been closed by now.
  private func joined(_ link: VRRPLink, _ descriptor: Int32, result: Int32) {
    guard result < 0, sockets.open[link] == descriptor else { return }
    loop.retire(descriptor)
    let what = "hear virtual routers on interface \(link.interface)"
    sockets.lost(link, SystemError(code: -result, what: what), at: Clock.now)
  }
}

// MARK: - What comes in

extension VRRPSockets {
  /// A pending error (ENETDOWN) is read and passed over: the socket lives on. What is left is
  /// read in the next turn.
  private func drain(_ descriptor: Int32, _ link: VRRPLink) {
    var waited = Duration.zero
    for _ in 0..<Self.burst {
      var sender = siaga_sender()
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from(descriptor, link.family.version, $0.baseAddress, $0.count, &sender)
      }
      if count == -Int(EAGAIN) { return }
      if count > 0 { waited = .nanoseconds(sender.waited_ns) }
      guard count > 0, let packet = packet(of: count, from: sender, link.family) else { continue }
      receive(.vrrp(packet), link.interface)
      // Whoever received may have closed it.
      guard sockets.open[link] == descriptor else { return }
    }
    loop.leftUnread(since: Clock.now - min(waited, Self.patience))
  }

  private func packet(of count: Int, from sender: siaga_sender, _ family: Family) -> VRRPPacket? {
    let bytes = buffer  // not copied: it is let go before the next is read
    guard family == .ipv6 else {
      // The kernel writes the header itself; what it does not fit is no packet for anybody.
      guard let header = try? IPv4Header(parsing: bytes.span.extracting(0..<count)) else {
        return nil
      }
      return VRRPPacket(
        bytes: Array(bytes[header.payload]), source: header.source,
        destination: header.destination, hopLimit: header.timeToLive)
    }
    guard let hopLimit = UInt8(exactly: sender.hop_limit),
      let source = IPAddress(bytes: withUnsafeBytes(of: sender.address) { Array($0) }),
      let destination = IPAddress(bytes: withUnsafeBytes(of: sender.destination) { Array($0) })
    else { return nil }
    return VRRPPacket(
      bytes: Array(bytes.prefix(count)), source: source, destination: destination,
      hopLimit: hopLimit)
  }
}
