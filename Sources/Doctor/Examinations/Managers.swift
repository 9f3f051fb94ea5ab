import Model

/// Others who manage the network, too.
extension Examination {
  static let ofManagers = [networkd, networkManager, dhcpClient, ifupdown, keepalived, switcher]

  private static let networkd = Examination(
    "networkd-removes", sign: "systemd-networkd runs here and manages foreign routes or rules",
    why: "it removes ours each time it starts or configures a link, until they are put back"
  ) { patient in
    guard let lines = patient.facts.networkd else { return [] }
    let file = "/etc/systemd/networkd.conf.d/siaga.conf"
    return [
      Complaint(
        "systemd-networkd runs here without \(lines.split(separator: "\n").joined(separator: ", "))",
        remedy: "mkdir -p /etc/systemd/networkd.conf.d && printf '[Network]\\n"
          + "\(lines.split(separator: "\n").joined(separator: "\\n"))\\n' >\(file) "
          + "&& systemctl restart systemd-networkd")
    ]
  }

  private static let networkManager = Examination(
    "network-manager", .advice,
    sign: "NetworkManager runs here, and the file sets addresses on a link of Siaga's",
    why: "two set addresses on one link: NetworkManager takes away what is not in its profile"
  ) { patient in
    guard let program = patient.running(["NetworkManager"]) else { return [] }
    return patient.addressed.map { uplink in
      Complaint(
        "NetworkManager (process \(program.process)) runs here, and \(uplink.name) has its address "
          + "from the file", remedy: "nmcli device set \(uplink.interface) managed no")
    }
  }

  private static let dhcpClient = Examination(
    "dhcp-client", .advice,
    sign: "A DHCP client runs here for a link whose address is in the file",
    why: "two set addresses on one link, and the client adds a default route of its own"
  ) { patient in
    guard let program = patient.running(["dhcpcd", "dhclient", "udhcpc"]) else { return [] }
    let interfaces = program.arguments.compactMap { InterfaceName($0) }
      .filter { patient.facts.kernel?.link(named: $0) != nil }
    return patient.addressed.filter { interfaces.isEmpty || interfaces.contains($0.interface) }
      .map { uplink in
        let name = uplink.interface
        let remedy =
          program.name == "dhclient"
          ? "dhclient -r \(name)"
          : program.name == "dhcpcd"
            ? "echo 'denyinterfaces \(name)' >>/etc/dhcpcd.conf && dhcpcd -k \(name)"
            : "kill \(program.process)"
        return Complaint(
          "\(program.name) (process \(program.process)) may set an address on \(name), which has "
            + "one from the file", remedy: remedy)
      }
  }

  private static let ifupdown = Examination(
    "ifupdown", .advice,
    sign: "/etc/network/interfaces configures a link whose address is in the file",
    why: "`ifup` and `ifdown` set and take addresses and a default route beside Siaga's"
  ) { patient in
    patient.addressed.filter { patient.facts.ifupdown.contains($0.interface) }.map { uplink in
      Complaint(
        "/etc/network/interfaces configures \(uplink.interface), which has its address from the file",
        remedy:
          "sed -i 's/^iface \(uplink.interface) inet .*/iface \(uplink.interface) inet manual/' "
          + "/etc/network/interfaces")
    }
  }

  private static let keepalived = Examination(
    "keepalived", .advice, sign: "keepalived runs here",
    why:
      "its virtual routes and rules may take what a group holds, and it moves addresses by itself"
  ) { patient in
    patient.running(["keepalived"]).map {
      [
        Complaint(
          "keepalived (process \($0.process)) runs in this network",
          remedy: "grep -E 'virtual_(routes|rules)' /etc/keepalived/keepalived.conf  "
            + "# take those out that lead the default route")
      ]
    } ?? []
  }

  private static let switcher = Examination(
    "second-switcher", sign: "Another program that switches uplinks runs here",
    why: "two decide about the same routes by different timers, and undo each other's work"
  ) { patient in
    patient.running([
      "mwan3track", "mwan3rtmon", "lsm", "foolsm", "dpinger", "pbr", "gwping", "netplan-failover",
    ]).map {
      let isMWAN3 = $0.name.hasPrefix("mwan3")
      return [
        Complaint(
          "\($0.name) (process \($0.process)) switches uplinks here, too",
          remedy: isMWAN3
            ? "siaga import mwan3 /etc/config >siaga.yaml; service mwan3 stop; service mwan3 disable"
            : "kill \($0.process)  # and take it out of what starts it")
      ]
    } ?? []
  }
}

extension Patient {
  fileprivate func running(_ names: [String]) -> RunningProgram? {
    facts.programs.first { names.contains($0.name) }
  }

  /// Uplinks whose address Siaga sets.
  fileprivate var addressed: [Uplink] { uplinks.filter { !$0.addresses.isEmpty } }
}
