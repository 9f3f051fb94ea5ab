import CLinux
import Glibc
import Model

/// The sockets that hear IPv6's router discovery, one on each link that is listened to.
///
/// Anybody on a link may send as much as he likes. So a socket is read `burst` times in
/// `slice` at most, and then rests until it is over; meanwhile the kernel drops what its small
/// buffer cannot hold. A link has a handful of routers, which speak every few minutes.
public final class DiscoverySockets {
  private static let burst = 64
  private static let slice = Duration.milliseconds(100)
  private static let pause = Duration.seconds(1)  // after a socket could not be opened

  private struct Socket {
    let descriptor: Int32
    var left = burst  // reads in this slice
    var sliceEnds: Instant
    var rests = false
  }

  private let loop: EventLoop
  private let receive: (Arrival, InterfaceIndex) -> Void
  private var sockets: [Ear: Socket] = [:]
  private var unopened: [Ear] = []
  private var opensAgain = Instant.zero
  private var failure: SystemError?
  private var buffer = [UInt8](repeating: 0, count: 2_048)

  /// - Parameter receive: what came in, and by which link.
  public init(loop: EventLoop, receive: @escaping (Arrival, InterfaceIndex) -> Void) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for socket in sockets.values { close(socket.descriptor) }
  }

  /// On these links from now on, and on no others.
  public func listen(to ears: [Ear]) {
    for (ear, socket) in sockets where !ears.contains(ear) {
      retire(socket)
      sockets[ear] = nil
    }
    unopened = ears.filter { sockets[$0] == nil }
    opensAgain = .zero
  }

  /// At the end of each turn: opens what is not open, and wakes what has rested.
  /// - Returns: when it must be called again, and why a socket could not be opened.
  public func tend(at now: Instant) -> (next: Instant?, failure: SystemError?) {
    if !unopened.isEmpty, opensAgain <= now { open(at: now) }
    var next = unopened.isEmpty ? nil : opensAgain
    for (ear, socket) in sockets where socket.rests {
      if socket.sliceEnds <= now, wake(ear, at: now) { continue }
      next = Instant.earlier(next, max(socket.sliceEnds, now + .milliseconds(1)))
    }
    return (next, failure)
  }

  private func open(at now: Instant) {
    failure = nil
    opensAgain = now + Self.pause
    unopened = unopened.filter { ear in
      do throws(SystemError) {
        let what = "listen to routers on interface \(ear.interface)"
        let result = siaga_discovery_open(ear.interface.value, ear.hearsHosts ? 1 : 0)
        if result < 0 { throw SystemError(code: -result, what: what) }
        sockets[ear] = Socket(descriptor: result, sliceEnds: now + Self.slice, rests: true)
        if !wake(ear, at: now) { throw SystemError(code: errno, what: what) }
        if ear.hearsHosts { join(ear, result) }
        return false
      } catch {
        if let socket = sockets.removeValue(forKey: ear) { loop.close(socket.descriptor) }
        failure = error
        return true
      }
    }
  }

  /// To hear hosts, too.
  private func join(_ ear: Ear, _ descriptor: Int32) {
    let index = ear.interface.value
    loop.join {
      siaga_discovery_join(descriptor, index)
    } done: { [unowned self] result in
      guard result < 0, let socket = sockets[ear], socket.descriptor == descriptor else { return }
      retire(socket)
      sockets[ear] = nil
      unopened.append(ear)
      opensAgain = Clock.now + Self.pause
      failure = SystemError(
        code: -result, what: "listen to routers on interface \(ear.interface)")
    }
  }

  private func retire(_ socket: Socket) {
    if socket.rests { loop.close(socket.descriptor) } else { loop.retire(socket.descriptor) }
  }

  private func wake(_ ear: Ear, at now: Instant) -> Bool {
    guard let descriptor = sockets[ear]?.descriptor else { return false }
    do {
      try loop.watch(descriptor) { [unowned self] in drain(ear) }
    } catch {
      return false
    }
    sockets[ear] = Socket(descriptor: descriptor, sliceEnds: now + Self.slice)
    return true
  }
}

// MARK: - What comes in

extension DiscoverySockets {
  private func drain(_ ear: Ear) {
    guard var socket = sockets[ear] else { return }
    let now = Clock.now
    if socket.sliceEnds <= now {
      socket.left = Self.burst
      socket.sliceEnds = now + Self.slice
    }
    while socket.left > 0 {
      socket.left -= 1
      let (isEmpty, arrival) = next(socket.descriptor)
      if isEmpty { break }
      if let arrival { receive(arrival, ear.interface) }
      // Whoever received may have closed it.
      guard sockets[ear] != nil else { return }
    }
    if socket.left == 0 {
      socket.rests = true
      loop.forget(socket.descriptor)
    }
    sockets[ear] = socket
  }

  /// A pending error (ENETDOWN) is read and passed over: the socket lives on.
  private func next(_ descriptor: Int32) -> (isEmpty: Bool, arrival: Arrival?) {
    var sender = siaga_sender()
    let count = buffer.withUnsafeMutableBufferPointer {
      siaga_receive_from(descriptor, 6, $0.baseAddress, $0.count, &sender)
    }
    guard count > 0 else { return (count == -Int(EAGAIN), nil) }
    let bytes = withUnsafeBytes(of: sender.address) { Array($0) }
    guard let source = IPAddress(bytes: bytes), let hopLimit = UInt8(exactly: sender.hop_limit)
    else { return (false, nil) }
    return (false, .discovery(Array(buffer.prefix(count)), from: source, hopLimit: hopLimit))
  }
}
