import Glibc
import Model
import Wire

/// How loud a Wi-Fi station hears its access point, as `iw dev NAME link` tells. It may wait for others.
enum SignalReader {
  /// - Parameter least: in dBm.
  static func result(of index: InterfaceIndex, atLeast least: Int) -> ProbeResult {
    do throws(SystemError) {
      guard let stations = try signals(on: index) else { return .ok }  // there is nothing to judge
      guard let loudest = stations.compactMap(\.self).max() else {
        return stations.isEmpty
          ? .refused("it is in no network") : .unsent("its driver tells no signal")
      }
      return loudest >= least
        ? .ok : .refused("its signal is \(loudest) dBm, and should be \(least) dBm or more")
    } catch {
      return .unsent("\(error)")
    }
  }

  /// Of each that it is connected with; nil: it is no Wi-Fi.
  private static func signals(on index: InterfaceIndex) throws(SystemError) -> [Int?]? {
    let socket = try NetlinkSocket(.generic)
    var family: UInt16?
    let hasWiFi = try ask(socket, WirelessMessage.familyQuestion(sequence: socket.nextSequence())) {
      // What cannot be read says nothing of it.
      family = (try? WirelessMessage.family($0)) ?? family
      return false
    }
    guard hasWiFi, let family else { return nil }
    var found: [Int?] = []
    let question = WirelessMessage.stations(
      on: index, family: family, sequence: socket.nextSequence())
    let isWiFi = try ask(socket, question) {
      // One whose signal cannot be read is connected all the same.
      found.append((try? WirelessMessage.signal($0)) ?? nil)
      return true
    }
    return isWiFi ? found : nil
  }

  /// - Parameter heard: takes the body of an answer; whether more follow.
  /// - Returns: false: the kernel has nothing of that kind.
  private static func ask(
    _ socket: NetlinkSocket, _ question: NetlinkRequest, heard: (consuming Reader) -> Bool
  ) throws(SystemError) -> Bool {
    try socket.send(question.bytes)
    while true {
      guard case .datagram = try socket.receive(waits: true) else {
        throw SystemError(code: EAGAIN, what: "ask for the signal")
      }
      let datagram = socket.datagram
      var reader = datagram.reader
      // What is cut off is no answer, and the next datagram may be one.
      while let message = try? reader.nextMessage() {
        switch message.header.type {
        case NetlinkType.done:
          return try isKnown(NetlinkReply.codeOfDump(message.body))
        case NetlinkType.error:
          return try isKnown((try? NetlinkReply(parsing: message))?.code ?? EBADMSG)
        default:
          guard heard(message.body) else { return true }
        }
      }
    }
  }

  /// - Returns: false: no nl80211 in this kernel, or an interface that it does not know.
  private static func isKnown(_ code: Int32) throws(SystemError) -> Bool {
    if code == 0 { return true }
    if [ENOENT, ENODEV, EINVAL].contains(code) { return false }
    throw SystemError(code: code, what: "ask for the signal")
  }
}
