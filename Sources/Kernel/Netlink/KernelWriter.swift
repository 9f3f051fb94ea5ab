import Glibc
import Model
import Reconcile
import Wire

/// Applies changes by rtnetlink: a step in one datagram, each change with the kernel's own answer.
public final class KernelWriter {
  private let socket: NetlinkSocket
  /// CONFIG_IP_ROUTE_MULTIPATH, which alone makes this setting.
  private let hasLists = access("/proc/sys/net/ipv4/fib_multipath_hash_policy", F_OK) == 0

  public init() throws(SystemError) {
    socket = try NetlinkSocket(.route, receiveBuffer: 1 << 20)
  }

  /// - Parameter changes: of the netlink lane, in order.
  /// - Returns: for each, nil when the kernel took it.
  public func apply(_ changes: [Change]) -> [ChangeFailure?] {
    changes.inSteps(applyStep)
  }

  private func applyStep(_ changes: [Change]) -> [ChangeFailure?] {
    var results: [ChangeFailure?] = []
    // A datagram must fit the socket's send buffer, and each answer its receive buffer.
    for start in stride(from: 0, to: changes.count, by: 256) {
      results += applyBatch(Array(changes[start..<min(start + 256, changes.count)]))
    }
    return results
  }

  /// - Parameter time: after which they end; nil: they stay.
  /// - Returns: why not; nil is done. An address that is not there is made anew by others.
  public func lend(_ addresses: [HeldAddress], for time: Duration?) -> ChangeFailure? {
    var batch: [UInt8] = []
    var places: [UInt32: Int] = [:]
    for (place, address) in addresses.enumerated() {
      let sequence = socket.nextSequence()
      places[sequence] = place
      batch += AddressMessage.lend(address, for: time, sequence: sequence).bytes
    }
    guard !batch.isEmpty else { return nil }
    do {
      try socket.send(batch)
      return try answers(places).lazy.compactMap { $0 }.first { $0.code != ENOENT }
    } catch {
      return ChangeFailure(
        code: error.code, name: ErrorName.of(error.code), message: error.what)
    }
  }

  private func applyBatch(_ changes: [Change]) -> [ChangeFailure?] {
    var batch: [UInt8] = []
    var places: [UInt32: Int] = [:]
    for (place, change) in changes.enumerated() {
      let sequence = socket.nextSequence()
      places[sequence] = place
      batch += request(change, sequence).bytes
    }
    do {
      try socket.send(batch)
      return try answers(places)
    } catch {
      let failure = ChangeFailure(
        code: error.code, name: ErrorName.of(error.code), message: error.what)
      return Array(repeating: failure, count: changes.count)
    }
  }

  private func answers(_ places: [UInt32: Int]) throws(SystemError) -> [ChangeFailure?] {
    let silence = ChangeFailure(
      code: ETIMEDOUT, name: "ETIMEDOUT", message: "the kernel did not answer")
    var results = [ChangeFailure?](repeating: silence, count: places.count)
    var missing = places.count
    while missing > 0 {
      guard case .datagram = try socket.receive(waits: true) else { break }
      let datagram = socket.datagram
      var reader = datagram.reader
      while let message = try? reader.nextMessage() {
        guard message.header.type == NetlinkType.error,
          let reply = try? NetlinkReply(parsing: message), let place = places[reply.sequence]
        else { continue }
        results[place] = failure(reply)
        missing -= 1
      }
    }
    return results
  }

  private func failure(_ reply: NetlinkReply) -> ChangeFailure? {
    reply.isSuccess
      ? nil
      : ChangeFailure(code: reply.code, name: ErrorName.of(reply.code), message: reply.message)
  }

  private func request(_ change: BondChange, _ sequence: UInt32) -> NetlinkRequest {
    switch change {
    case .add(let name, let options): BondMessage.add(name, options, sequence: sequence)
    case .set(let option, let value, let bond):
      BondMessage.set(option, to: value, of: bond, sequence: sequence)
    case .resize(let bond, let mtu): BondMessage.resize(bond, to: mtu, sequence: sequence)
    case .enslave(let port, let bond): BondMessage.enslave(port, to: bond, sequence: sequence)
    case .release(let port): BondMessage.enslave(port, to: nil, sequence: sequence)
    case .prefer(let port, let bond): BondMessage.prefer(port, in: bond, sequence: sequence)
    case .activate(let port, let bond): BondMessage.activate(port, in: bond, sequence: sequence)
    }
  }

  private func request(_ change: Change, _ sequence: UInt32) -> NetlinkRequest {
    switch change {
    case .addLink(let link): LinkMessage.add(link, sequence: sequence)
    case .raiseLink(_, let index): LinkMessage.raise(index, sequence: sequence)
    case .lowerLink(_, let index): LinkMessage.lower(index, sequence: sequence)
    case .bond(let change): request(change, sequence)
    case .removeLink(let index): LinkMessage.remove(index, sequence: sequence)
    case .addAddress(let held): AddressMessage.add(held, sequence: sequence)
    case .removeAddress(let held): AddressMessage.remove(held, sequence: sequence)
    case .addRoute(let route): RouteMessage.add(route, sequence: sequence)
    case .removeRoute(let route):
      RouteMessage.remove(route, hasLists: hasLists, sequence: sequence)
    case .addRule(let rule): RuleMessage.add(rule, sequence: sequence)
    case .removeRule(let rule): RuleMessage.remove(rule, sequence: sequence)
    case .setSysctl, .loadFirewall, .removeFirewall:
      preconditionFailure("\(change) is not of the netlink lane")
    }
  }
}
