import Model
import Wire

/// Hears when somebody changes our nftables table.
public final class FirewallMonitor {
  private static let tables: UInt32 = 7  // NFNLGRP_NFTABLES
  private let socket: NetlinkSocket

  public init() throws(SystemError) {
    socket = try NetlinkSocket(.netfilter, groups: [Self.tables], receiveBuffer: 1 << 20)
  }

  public var number: Int32 { socket.number }

  /// - Returns: whether our table may have changed.
  public func drain() throws(SystemError) -> Bool {
    var isConcerned = false
    for _ in 0..<4_096 {
      switch try socket.receive(waits: false) {
      case .nothing: return isConcerned
      case .overrun: isConcerned = true
      case .datagram:
        let datagram = socket.datagram
        var reader = datagram.reader
        while let message = try? reader.nextMessage() {
          if (try? FirewallNotice.tableName(message)) == Ours.firewallTable { isConcerned = true }
        }
      }
    }
    return isConcerned
  }
}
