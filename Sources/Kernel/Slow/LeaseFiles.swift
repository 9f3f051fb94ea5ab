import Model

/// What DHCP clients were told and wrote down: gateways, for with two DHCP links the second default
/// route often does not come to be, and resolvers. Blocks: for the slow lane only.
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

  /// nil: nobody has one.
  public func lease(of index: InterfaceIndex, _ name: InterfaceName) -> Lease? {
    if let lease = text("\(networkd)/\(index)") { return Self.lease(inNetworkd: lease) }
    for file in ["dhclient.\(name).leases", "dhclient.leases"] {
      if let leases = text("\(dhclient)/\(file)"),
        let lease = Self.lease(inDhclient: leases, name)
      {
        return lease
      }
    }
    return nil
  }

  /// A file that is longer is no lease.
  private func text(_ path: String) -> String? {
    FileText.bytes(path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
  }

  /// `ROUTER=10.10.1.1`, or several, the first of which counts; `DNS=10.10.1.1 10.10.1.3`.
  static func lease(inNetworkd lease: String) -> Lease {
    func words(_ key: String) -> [Substring] {
      let line = lease.split(separator: "\n").first { $0.hasPrefix("\(key)=") }
      return line?.dropFirst(key.utf8.count + 1).split(separator: " ") ?? []
    }
    return Lease(
      address: words("ADDRESS").first.flatMap { IPAddress(String($0)) },
      gateway: words("ROUTER").first.flatMap { IPAddress(String($0)) },
      resolvers: words("DNS").compactMap(resolver))
  }

  /// dhclient.leases(5): each lease is appended, so the last one of the interface counts.
  static func lease(inDhclient leases: String, _ name: InterfaceName) -> Lease? {
    var isOurs = false
    var lease: Lease?
    for line in leases.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == ";" || $0 == "," || $0 == "\"" || $0 == "\t" }
      switch words.first {
      case "lease":
        isOurs = false
      case "interface":
        isOurs = words.dropFirst().first.map { $0 == name.text } ?? false
        if isOurs { lease = Lease() }
      case "fixed-address" where isOurs && words.count > 1:
        lease = lease?.told(words[0], words.dropFirst())
      case "option" where isOurs && words.count > 2:
        lease = lease?.told(words[1], words.dropFirst(2))
      default: break
      }
    }
    return lease
  }

  /// One that somebody can be: a server may say anything.
  fileprivate static func resolver(_ text: Substring) -> IPAddress? {
    guard let address = IPAddress(String(text)), case .v4(let number) = address,
      (1..<224).contains(number >> 24), number >> 24 != 127
    else { return nil }
    return address
  }
}

extension Lease {
  fileprivate func told(_ option: Substring, _ words: ArraySlice<Substring>) -> Lease {
    let first = words.first.flatMap { IPAddress(String($0)) }
    return switch option {
    case "fixed-address":
      Lease(address: first, gateway: gateway, resolvers: resolvers)
    case "routers":
      Lease(address: address, gateway: first, resolvers: resolvers)
    case "domain-name-servers":
      Lease(
        address: address, gateway: gateway, resolvers: words.compactMap(LeaseFiles.resolver))
    default:
      self
    }
  }
}
