import Model

/// The gateways that DHCP clients were told and wrote down, whether or not they made a route of
/// it: with two DHCP links the second default route often does not come to be. Blocks: for the
/// slow lane only.
public struct LeaseFiles: Sendable {
  private let networkd: String
  private let dhclient: String

  public static let standard = LeaseFiles(
    networkd: "/run/systemd/netif/leases", dhclient: "/var/lib/dhcp")

  /// - Parameters:
  ///   - networkd: systemd-networkd's directory, a file for each interface's index.
  ///   - dhclient: ISC dhclient's directory.
  public init(networkd: String, dhclient: String) {
    self.networkd = networkd
    self.dhclient = dhclient
  }

  /// nil: nobody has a lease that tells one.
  public func gateway(of index: InterfaceIndex, _ name: InterfaceName) -> IPAddress? {
    if let lease = text("\(networkd)/\(index)") { return Self.router(inNetworkd: lease) }
    for file in ["dhclient.\(name).leases", "dhclient.leases"] {
      if let leases = text("\(dhclient)/\(file)"),
        let router = Self.router(inDhclient: leases, name)
      {
        return router
      }
    }
    return nil
  }

  /// A file that is longer is no lease.
  private func text(_ path: String) -> String? {
    FileText.bytes(path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
  }

  /// `ROUTER=10.10.1.1`, or several, the first of which counts.
  static func router(inNetworkd lease: String) -> IPAddress? {
    for line in lease.split(separator: "\n") where line.hasPrefix("ROUTER=") {
      return line.dropFirst(7).split(separator: " ").first.flatMap { IPAddress(String($0)) }
    }
    return nil
  }

  /// dhclient.leases(5): each lease is appended, so the last one of the interface counts.
  static func router(inDhclient leases: String, _ name: InterfaceName) -> IPAddress? {
    var isOurs = false
    var router: IPAddress?
    for line in leases.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == ";" || $0 == "," || $0 == "\"" || $0 == "\t" }
      switch words.first {
      case "lease": isOurs = false
      case "interface": isOurs = words.dropFirst().first.map { $0 == name.text } ?? false
      case "option" where isOurs && words.count > 2 && words[1] == "routers":
        router = IPAddress(String(words[2])) ?? router
      default: break
      }
    }
    return router
  }
}
