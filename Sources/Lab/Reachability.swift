extension Namespace {
  /// RFC 863: what comes there is thrown away.
  private static let discardPort: UInt16 = 9

  /// The source address the kernel would use toward `address` now; nil without a route.
  ///
  /// connect(2) on a UDP socket looks the route up and sends nothing: a few microseconds.
  public func source(toward address: String) throws -> String? {
    let target = try SocketAddress(address, port: Self.discardPort)
    return try run { try DatagramSocket().source(toward: target) }
  }

  /// The moment from which the kernel has a route to `address` with this source; asked for
  /// every 200 µs on one thread inside.
  public func awaitSource(
    _ wanted: String, toward address: String, within bound: Duration
  ) throws -> Moment {
    let target = try SocketAddress(address, port: Self.discardPort)
    return try run {
      let what = "a route to \(address) from \(wanted)"
      try waitUntil(what, within: bound, every: .microseconds(200)) {
        try DatagramSocket().source(toward: target) == wanted
      }
      return .now
    }
  }

  /// Learns the link-layer addresses of neighbours, so that no measured packet waits for it.
  public func warm(_ neighbours: [String]) throws {
    let targets = try neighbours.map { try SocketAddress($0, port: Self.discardPort) }
    try run {
      let socket = try DatagramSocket()
      // The kernel must find the neighbour before it can send even this.
      for target in targets { socket.send(0, to: target) }
    }
    try waitUntil("neighbours of \(name)", within: .seconds(3), every: .milliseconds(5)) {
      let known = try Command.run("ip", "-n", name, "neigh", "show")
      return neighbours.allSatisfy { address in
        known.split(separator: "\n").contains {
          $0.hasPrefix(address + " ") && $0.contains(" lladdr ")
        }
      }
    }
  }
}
