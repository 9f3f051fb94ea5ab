import Glibc
import Synchronization

/// A Wi-Fi card of the kernel's making (mac80211_hwsim) in a namespace: all of them share one air.
///
/// Real cards of the machine are left alone. When its namespace goes, a radio comes back to be taken
/// again.
public struct Radio: Hashable, Sendable {
  private static let module = "mac80211_hwsim"
  private static let count = 4
  private static let taking = Mutex(())

  public let namespace: Namespace
  public let interface: String

  /// Takes one that is free, and gives its interface a name. The interface is down.
  public init(_ interface: String, in namespace: Namespace) throws {
    self.namespace = namespace
    self.interface = interface
    try Self.taking.withLock { _ in
      try Command.run("modprobe", Self.module, "radios=\(Self.count)")
      let (phy, name) = try Self.free()
      try Command.run("iw", "phy", phy, "set", "netns", "name", namespace.name)
      try namespace.ip("link set \(name) name \(interface)")
    }
  }

  /// Of the machine's own namespace: the first one, and its interface.
  private static func free() throws -> (phy: String, interface: String) {
    let folder = "/sys/class/\(module)"
    for card in try Directory.names(in: folder) {
      // A card that is in another namespace has no interface here.
      guard let phy = try? Directory.names(in: "\(folder)/\(card)/ieee80211").first,
        let interface = try? Directory.names(in: "\(folder)/\(card)/net").first
      else { continue }
      return (phy, interface)
    }
    throw LabError.system("find a free radio among \(count) of \(module)", errno: EBUSY)
  }
}

/// A Wi-Fi network with a passphrase (WPA2), on the channel that all stations find first.
public struct WirelessNetwork: Hashable, Sendable {
  public var name: String
  public var passphrase: String
  let channel = 1
  let megahertz = 2_412

  public init(name: String, passphrase: String) {
    self.name = name
    self.passphrase = passphrase
  }
}
