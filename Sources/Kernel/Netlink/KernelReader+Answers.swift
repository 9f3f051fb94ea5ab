import Glibc
import Model
import Wire

extension KernelReader {
  /// What the kernel would do with a packet.
  /// - Throws: its refusal: ENETUNREACH where no route fits, EXDEV for a source that rp_filter drops.
  public func answer(to question: RouteQuestion) throws(SystemError) -> RouteAnswer {
    try ask(question.request(sequence: nextSequence()).bytes)
    let datagram = socket.datagram
    var reader = datagram.reader
    do {
      guard let message = try reader.nextMessage() else {
        throw DecodeError.badValue(field: "RTM_GETROUTE")
      }
      if message.header.type == NetlinkType.error {
        let reply = try NetlinkReply(parsing: message)
        throw SystemError(code: reply.code, what: "find a way to \(question.destination)")
      }
      return RouteAnswer(try RouteMessage(parsing: message.body))
    } catch let error as SystemError {
      throw error
    } catch {
      throw SystemError(code: EBADMSG, what: "understand the kernel's way")
    }
  }

  private func ask(_ bytes: [UInt8]) throws(SystemError) {
    try socket.send(bytes)
    guard case .datagram = try socket.receive(waits: true) else {
      throw SystemError(code: ENOBUFS, what: "ask the kernel for a way")
    }
  }

  /// All of a family, in the order in which the kernel asks them; of a shape that Siaga does not
  /// know, none.
  public func rules(_ family: Family) throws(SystemError) -> [Rule] {
    var rules: [Rule] = []
    try dump(RuleMessage.dump(family: family, sequence: nextSequence())) {
      (body) throws(DecodeError) in
      if let rule = try RuleMessage.parse(body) { rules.append(rule) }
    }
    return rules.enumerated().sorted {
      ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset)
    }
    .map(\.element)
  }
}
