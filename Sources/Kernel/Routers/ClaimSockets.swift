import CLinux
import Glibc
import Model

/// The sockets that hear who else says that he has a shared address, one for each link and family.
///
/// A filter drops all that is said of other addresses before it is queued; of a flood each turn takes
/// so many and no more.
public final class ClaimSockets {
  private static let burst = 16

  private let loop: EventLoop
  private let receive: (Arrival, InterfaceIndex) -> Void
  private var sockets = LinkSockets<ClaimEar>()
  private var buffer = [UInt8](repeating: 0, count: 256)

  /// - Parameter receive: what came in, and by which link.
  public init(loop: EventLoop, receive: @escaping (Arrival, InterfaceIndex) -> Void) {
    self.loop = loop
    self.receive = receive
  }

  deinit {
    for descriptor in sockets.open.values { Glibc.close(descriptor) }
  }

  /// There from now on, and nowhere else.
  public func heed(_ ears: [ClaimEar]) {
    sockets.want(ears) { _, descriptor in
      loop.retire(descriptor)
    }
    _ = tend(at: Clock.now)
  }

  /// At the end of each turn: opens what is not open.
  /// - Returns: when it must be called again, and why a socket could not be opened.
  public func tend(at now: Instant) -> (next: Instant?, failure: SystemError?) {
    sockets.tend(at: now, opened)
  }

  private func opened(_ ear: ClaimEar) throws(SystemError) -> Int32 {
    let words = ear.addresses.map(\.lastWord)
    let descriptor = siaga_claims_open(ear.family.version, ear.interface.value, words, words.count)
    let what = "hear who else has shared addresses on interface \(ear.interface)"
    guard descriptor >= 0 else { throw SystemError(code: -descriptor, what: what) }
    try loop.watch(opened: descriptor) { [unowned self] in drain(descriptor, ear) }
    return descriptor
  }

  /// A pending error (ENETDOWN) is read and passed over: the socket lives on.
  private func drain(_ descriptor: Int32, _ ear: ClaimEar) {
    for _ in 0..<Self.burst {
      var sender = siaga_sender()
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from(descriptor, ear.family.version, $0.baseAddress, $0.count, &sender)
      }
      if count == -Int(EAGAIN) { return }
      // What came over a router says nothing of this link (RFC 4861 §7.1.2).
      guard count > 0, ear.family == .ipv4 || sender.hop_limit == 255 else { continue }
      receive(.claim(Array(buffer.prefix(count)), ear.family), ear.interface)
      // Whoever received may have closed it.
      guard sockets.open[ear] == descriptor else { return }
    }
  }
}

extension IPAddress {
  /// The end of it, by which the kernel is told of whom to hear.
  fileprivate var lastWord: UInt32 {
    switch self {
    case .v4(let bits): bits
    case .v6(_, let low): UInt32(truncatingIfNeeded: low)
    }
  }
}
