import Glibc
import Model
import Wire

/// Whether the kernel lets tracked flows be listed, and so ended, too (ctnetlink).
public enum FlowControl {
  /// - Returns: nil where only root may ask.
  public static var isThere: Bool? {
    guard let socket = try? NetlinkSocket(.netfilter) else { return nil }
    // A list of those that nobody marks so: it is short.
    let nobody = FlowFilter(mark: .max, mask: .max, family: .ipv4, scope: .all)
    do throws(SystemError) {
      try socket.send(FlowMessage.dump(nobody, sequence: socket.nextSequence()).bytes)
      guard case .datagram = try socket.receive(waits: true) else { return nil }
    } catch {
      return nil
    }
    let datagram = socket.datagram
    var reader = datagram.reader
    guard let message = try? reader.nextMessage() else { return nil }
    guard message.header.type == NetlinkType.error else { return true }
    let reply = try? NetlinkReply(parsing: message)
    return reply?.code == EPERM ? nil : false
  }
}
