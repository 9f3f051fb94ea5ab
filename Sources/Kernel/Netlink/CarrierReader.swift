import Model
import Wire

/// Reads the links in use, up to a hundred times a second, for next to nothing: an answer that is
/// the last one byte for byte, but for its counters of packets, is not even parsed.
///
/// Asking makes the kernel settle the carrier at once, where its own notice may wait for a
/// second (facts: link_watch lets events through once a second for the whole machine).
public final class CarrierReader {
  private let socket: NetlinkSocket
  private var indexes: [InterfaceIndex] = []
  private var question: [UInt8] = []
  private var lastAnswers: [Answer] = []

  private struct Answer {
    var bytes: [UInt8] = []
    var steadyParts: [Range<Int>] = []
  }

  public init() throws(SystemError) {
    socket = try NetlinkSocket(.route, receiveBuffer: 1 << 20)
  }

  /// - Parameter anew: what was read before is forgotten.
  /// - Returns: the links that differ from what was read before, and all at first.
  public func changes(
    among links: [InterfaceIndex], anew: Bool = false
  ) throws(SystemError) -> [Link] {
    if anew || links != indexes { try prepare(links) }
    guard !links.isEmpty else { return [] }
    try socket.send(question)
    var changed: [Link] = []
    for place in links.indices {
      guard case .datagram = try socket.receive(waits: true) else {
        // An answer is missing, so the next would be taken for another's: start anew.
        indexes = []
        return changed
      }
      let last = lastAnswers[place]
      guard !socket.received(equals: last.bytes, in: last.steadyParts) else { continue }
      let datagram = socket.datagram
      lastAnswers[place] = Answer(
        bytes: datagram.bytes, steadyParts: LinkMessage.steadyParts(of: datagram.reader))
      var reader = datagram.reader
      // A link that is gone answers with an error; its going is told by its own event.
      guard let message = try? reader.nextMessage(), message.header.type == LinkMessage.new,
        let link = try? LinkMessage.parse(message.body)
      else { continue }
      changed.append(link)
    }
    return changed
  }

  private func prepare(_ links: [InterfaceIndex]) throws(SystemError) {
    // An answer that came too late for its question is not one to the next.
    while case .datagram = try socket.receive(waits: false) {}
    indexes = links
    // The same numbers each time, so that the same state is the same bytes.
    question = links.enumerated().flatMap { place, index in
      LinkMessage.get(index, sequence: UInt32(place + 1)).bytes
    }
    lastAnswers = Array(repeating: Answer(), count: links.count)
  }
}
