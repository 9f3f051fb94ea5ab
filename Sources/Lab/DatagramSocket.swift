import CLinux
import Glibc

/// A UDP socket that carries numbers; it stays in the namespace where it was made.
final class DatagramSocket: Sendable {
  private let descriptor: Int32

  init() throws(LabError) {
    descriptor = try checked(siaga_lab_open_datagram(), "open a UDP socket")
  }

  /// Bound to a port on all addresses.
  convenience init(port: UInt16) throws(LabError) {
    try self.init()
    let result = SocketAddress.any(port: port).withPointer { bind(descriptor, $0, $1) }
    guard result == 0 else { throw .system("bind UDP port \(port)", errno: errno) }
  }

  deinit {
    close(descriptor)
  }

  /// A packet that the kernel refuses (no route, say) is a lost packet.
  func send(_ number: UInt64, to target: SocketAddress) {
    withUnsafeBytes(of: number.bigEndian) { bytes in
      _ = target.withPointer { sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1) }
    }
  }

  /// A number and the host it came from; nil when none comes in time.
  func receive(within bound: Duration) -> (number: UInt64, source: IPv4Host)? {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, bound.pollMilliseconds) > 0 else { return nil }
    var number: UInt64 = 0
    let (source, length) = SocketAddress.filled { address, size in
      withUnsafeMutableBytes(of: &number) {
        recvfrom(descriptor, $0.baseAddress, $0.count, 0, address, size)
      }
    }
    guard length == MemoryLayout<UInt64>.size else { return nil }
    return (UInt64(bigEndian: number), source.host)
  }

  /// The address the kernel would send from; nil without a route. Nothing is sent.
  func source(toward target: SocketAddress) -> String? {
    guard target.withPointer({ connect(descriptor, $0, $1) }) == 0 else { return nil }
    return SocketAddress.filled { getsockname(descriptor, $0, $1) }.address.host.text
  }
}

/// An IPv4 address in host order; 0 stands for none.
struct IPv4Host: Hashable, Sendable {
  let value: UInt32

  var text: String {
    [24, 16, 8, 0].map { "\(value >> $0 & 0xff)" }.joined(separator: ".")
  }
}

/// An IPv4 address and a port, as the system's calls take them.
struct SocketAddress: Sendable {
  private var raw = sockaddr_in()

  private init() {}

  init(_ host: String, port: UInt16) throws(LabError) {
    self = .any(port: port)
    guard inet_pton(AF_INET, host, &raw.sin_addr) == 1 else {
      throw .system("read \(host) as an address", errno: EINVAL)
    }
  }

  static func any(port: UInt16) -> SocketAddress {
    var address = SocketAddress()
    address.raw.sin_family = sa_family_t(AF_INET)
    address.raw.sin_port = port.bigEndian
    return address
  }

  /// What a call of the system put there, and what it returned.
  static func filled<Value>(
    _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Value
  ) -> (address: SocketAddress, result: Value) {
    var address = SocketAddress()
    var length = Self.size
    let result = withUnsafeMutablePointer(to: &address.raw) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
    }
    return (address, result)
  }

  var host: IPv4Host { IPv4Host(value: UInt32(bigEndian: raw.sin_addr.s_addr)) }

  func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
    withUnsafePointer(to: raw) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, Self.size) }
    }
  }

  private static var size: socklen_t { socklen_t(MemoryLayout<sockaddr_in>.size) }
}
