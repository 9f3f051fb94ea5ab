import Glibc
import Model
import Wire

/// Ends groups' shares of links' flows. The kernel knows no groups, so each datagram of a list of
/// the links' flows is judged here as it comes, and those in a share end one by one: many flows
/// take time, but no memory. However many shares there are, the list is read once.
struct FlowPicker {
  private let list: NetlinkSocket
  private let end: NetlinkSocket

  init() throws(SystemError) {
    list = try NetlinkSocket(.netfilter)
    end = try NetlinkSocket(.netfilter, receiveBuffer: 1 << 20)
  }

  /// - Parameter filters: of one family.
  /// - Returns: what the kernel refused, the last of it.
  func end(_ filters: [FlowFilter]) throws(SystemError) -> String? {
    guard let all = FlowFilter.covering(filters) else { return nil }
    var refusal: String?
    try list.send(FlowMessage.dump(all, sequence: list.nextSequence()).bytes)
    while true {
      guard case .datagram = try list.receive(waits: true) else {
        throw SystemError(code: ENOBUFS, what: "list tracked flows")
      }
      let (found, isLast) = try read(filters)
      if !found.isEmpty { refusal = try end(found, all.family) ?? refusal }
      if isLast { return refusal }
    }
  }

  /// Those of a datagram that are to end.
  private func read(_ filters: [FlowFilter]) throws(SystemError) -> ([TrackedFlow], isLast: Bool) {
    let datagram = list.datagram
    var reader = datagram.reader
    var found: [TrackedFlow] = []
    while let message = try? reader.nextMessage() {
      switch message.header.type {
      case FlowMessage.new:
        // One that cannot be read is not one of ours.
        guard let flow = try? TrackedFlow(parsing: message.body),
          filters.contains(where: { $0.includes(flow) })
        else { continue }
        found.append(flow)
      case NetlinkType.done: return (found, true)
      case NetlinkType.error:
        let reply = try? NetlinkReply(parsing: message)
        throw SystemError(code: reply?.code ?? EBADMSG, what: "list tracked flows")
      default: break
      }
    }
    return (found, false)
  }

  /// In one datagram; only the last is answered whatever comes of it.
  private func end(_ flows: [TrackedFlow], _ family: Family) throws(SystemError) -> String? {
    var batch: [UInt8] = []
    var last: UInt32 = 0
    for (place, flow) in flows.enumerated() {
      last = end.nextSequence()
      let isAnswered = place == flows.count - 1
      batch +=
        FlowMessage.delete(flow, family, isAnswered: isAnswered, sequence: last).bytes
    }
    try end.send(batch)
    var refusal: String?
    while case .datagram = try end.receive(waits: true) {
      let datagram = end.datagram
      var reader = datagram.reader
      while let message = try? reader.nextMessage() {
        guard message.header.type == NetlinkType.error,
          let reply = try? NetlinkReply(parsing: message)
        else { continue }
        refusal = reply.refusalToEnd ?? refusal
        if reply.sequence == last { return refusal }
      }
    }
    return refusal
  }
}

extension NetlinkReply {
  /// nil: done. ENOENT is no refusal: there was no such flow.
  var refusalToEnd: String? {
    isSuccess || code == ENOENT ? nil : "\(ErrorName.of(code)) \(message ?? "")"
  }
}
