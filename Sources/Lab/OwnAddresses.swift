import Glibc

/// The addresses of the namespace that a thread is in, as its kernel has them.
enum OwnAddresses {
  /// - Parameter areServing: only those of links that run, for others answer nobody.
  static func now(areServing: Bool = false) throws(LabError) -> Set<String> {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { throw .system("list addresses", errno: errno) }
    defer { freeifaddrs(first) }
    var found: Set<String> = []
    var next = first
    while let entry = next?.pointee {
      let isRunning = entry.ifa_flags & UInt32(IFF_RUNNING) != 0
      if isRunning || !areServing, let text = text(of: entry.ifa_addr) { found.insert(text) }
      next = entry.ifa_next
    }
    return found
  }

  /// Nil: of neither family.
  private static func text(of address: UnsafeMutablePointer<sockaddr>?) -> String? {
    guard let address else { return nil }
    let family = Int32(address.pointee.sa_family)
    guard family == AF_INET || family == AF_INET6 else { return nil }
    let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let result = getnameinfo(
      address, socklen_t(size), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    guard result == 0 else { return nil }
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    // Without the link of a link-local one: `fe80::1%eth0`.
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "%") }, as: UTF8.self)
  }
}
