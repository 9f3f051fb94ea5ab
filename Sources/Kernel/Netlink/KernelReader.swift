import Glibc
import Model
import Wire

/// Reads the kernel's state by dumps, on a socket of its own.
public final class KernelReader {
  let socket: NetlinkSocket

  public init() throws(SystemError) {
    socket = try NetlinkSocket(.route, receiveBuffer: 1 << 20)
  }

  func nextSequence() -> UInt32 { socket.nextSequence() }

  /// Everything that Siaga looks at: links, addresses, and what is in our tables or is ours.
  public func state() throws(SystemError) -> KernelState {
    var state = KernelState()
    try dump(LinkMessage.dump(sequence: socket.nextSequence())) { (body) throws(DecodeError) in
      try LinkMessage.parse(body).map { state.apply(.link($0)) }
    }
    try dump(AddressMessage.dump(sequence: socket.nextSequence())) { (body) throws(DecodeError) in
      try AddressMessage.parse(body).map { state.apply(.address($0)) }
    }
    for family in Family.allCases {
      try dump(RouteMessage.dump(family: family, table: 0, sequence: socket.nextSequence())) {
        (body) throws(DecodeError) in
        guard let route = try Self.route(body) else { return }
        state.apply(route.isForeignDefault ? .foreignDefault(route) : .route(route))
      }
      try dump(RuleMessage.dump(family: family, sequence: socket.nextSequence())) {
        (body) throws(DecodeError) in
        guard let rule = try RuleMessage.parse(body), rule.concernsUs else { return }
        state.apply(.rule(rule))
      }
    }
    return state
  }

  /// One of our tables, whole: the kernel drops IPv4 routes without a word when a link is set
  /// down or loses its address.
  public func table(_ table: UInt32, _ family: Family) throws(SystemError) -> [Route] {
    var routes: [Route] = []
    try dump(RouteMessage.dump(family: family, table: table, sequence: socket.nextSequence())) {
      (body) throws(DecodeError) in
      guard let route = try Self.route(body), route.table == table else { return }
      routes.append(route)
    }
    return routes
  }

  private static func route(_ body: borrowing Reader) throws(DecodeError) -> Route? {
    guard try RouteMessage.Glance(body).concernsUs else { return nil }
    return try RouteMessage(parsing: copy body).route.flatMap { $0.concernsUs ? $0 : nil }
  }

  /// A dump that the kernel was interrupted in is done again.
  func dump(
    _ request: NetlinkRequest, _ take: (consuming Reader) throws(DecodeError) -> Void
  ) throws(SystemError) {
    for _ in 0..<10 {
      try socket.send(request.bytes)
      if try collect(take) { return }
    }
    throw SystemError(code: EINTR, what: "read the kernel's state in peace")
  }

  /// - Returns: whether the dump is consistent.
  private func collect(_ take: (consuming Reader) throws(DecodeError) -> Void) throws(SystemError)
    -> Bool
  {
    var isConsistent = true
    while true {
      guard case .datagram = try socket.receive(waits: true) else { return false }
      let datagram = socket.datagram
      var reader = datagram.reader
      do {
        while let message = try reader.nextMessage() {
          let flags = message.header.flags
          if flags & NetlinkFlag.dumpInterrupted != 0 { isConsistent = false }
          switch message.header.type {
          case NetlinkType.done: return isConsistent
          case NetlinkType.error:
            let reply = try NetlinkReply(parsing: message)
            throw SystemError(
              code: reply.code, what: "read the kernel's state (\(reply.message ?? "dump refused"))"
            )
          default:
            // One message that cannot be read is not ours; the others are.
            do throws(DecodeError) { try take(message.body) } catch {}
          }
        }
      } catch let error as SystemError {
        throw error
      } catch {
        continue  // one message that cannot be read is not ours
      }
    }
  }
}
