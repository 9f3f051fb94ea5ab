import CLinux
import Glibc
import Wire

/// A netlink socket and the one buffer it receives into.
public final class NetlinkSocket {
  public enum Subsystem: Int32, Sendable {
    case route = 0  // NETLINK_ROUTE
    case netfilter = 12  // NETLINK_NETFILTER
    case generic = 16  // NETLINK_GENERIC
  }

  public enum Received {
    case datagram  // lies in `buffer`
    case nothing
    case overrun  // ENOBUFS: the kernel dropped messages
  }

  private let descriptor: Descriptor
  private var buffer: [UInt8]
  private var received = 0
  private var lastSequence: UInt32 = 0

  /// - Parameters:
  ///   - groups: multicast groups to listen to; none makes a socket for requests.
  ///   - receiveBuffer: bytes the kernel may queue for us.
  public init(
    _ subsystem: Subsystem, groups: [UInt32] = [], receiveBuffer: Int32 = 0
  ) throws(SystemError) {
    descriptor = try Descriptor(
      siaga_netlink_open(subsystem.rawValue, groups, Int32(groups.count), receiveBuffer),
      for: "open a netlink socket")
    // The kernel fills up to 32 KiB with one dump datagram.
    buffer = [UInt8](repeating: 0, count: 1 << 16)
  }

  public var number: Int32 { descriptor.number }

  public func nextSequence() -> UInt32 {
    lastSequence &+= 1
    return lastSequence
  }

  /// Others' routes are dropped in the kernel, before they are queued for us, but for defaults and
  /// what stands in these tables.
  func passOverRoutes(butOf origin: UInt8, _ tables: ClosedRange<UInt32>) throws(SystemError) {
    let result = siaga_netlink_pass_over_routes(
      descriptor.number, origin, UInt16(tables.lowerBound), UInt16(tables.upperBound))
    guard result >= 0 else { throw SystemError(code: -result, what: "filter a netlink socket") }
  }

  public func send(_ bytes: [UInt8]) throws(SystemError) {
    let result = siaga_netlink_send(descriptor.number, bytes, bytes.count)
    guard result >= 0 else { throw SystemError(code: Int32(-result), what: "send to netlink") }
  }

  /// - Parameter waits: for an answer that the kernel owes us; at most a second.
  public func receive(waits: Bool) throws(SystemError) -> Received {
    var isFromKernel: Int32 = 0
    var count = 0
    // Any process may send to a netlink socket; only the kernel is believed.
    repeat {
      count = buffer.withUnsafeMutableBufferPointer {
        siaga_netlink_receive(
          descriptor.number, $0.baseAddress, $0.count, waits ? 1 : 0, &isFromKernel)
      }
    } while count >= 0 && isFromKernel == 0
    switch Int32(-count) {
    case EAGAIN where !waits: return .nothing
    case ENOBUFS: return .overrun
    case let code where code > 0: throw SystemError(code: code, what: "receive from netlink")
    default: break
    }
    guard count <= buffer.count else {
      buffer = [UInt8](repeating: 0, count: Int(count) * 2)
      return .overrun
    }
    received = Int(count)
    return .datagram
  }

  /// Whether the last datagram is as long as these bytes, and the same in these parts.
  func received(equals bytes: [UInt8], in parts: [Range<Int>]) -> Bool {
    bytes.count == received
      && parts.allSatisfy { buffer[$0].elementsEqual(bytes[$0]) }
  }

  /// The last datagram; let it go before the next is received.
  var datagram: NetlinkDatagram {
    NetlinkDatagram(buffer, count: received)
  }
}
