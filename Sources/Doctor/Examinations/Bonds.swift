import Config
import Model

extension Examination {
  static let ofBonds = [wirelessPort, unwatchedBond, wirelessPrimary]

  private static let wirelessPort = Examination(
    "bond-wifi-address", sign: "A Wi-Fi port is in a bond that lends it another hardware address",
    why:
      "an access point talks with the address that joined it only, so nothing passes by that port"
  ) { patient in
    patient.bonds.flatMap { bond, report, ports -> [Complaint] in
      let isKept =
        report.options.mode == .activeBackup && report.options[.failOverMAC] == .number(1)
      return isKept
        ? []
        : ports.filter { patient.facts.wireless.contains($0.name) }.map { port in
          Complaint(
            "\(port.name) is Wi-Fi, and \(bond.name) is not active-backup with fail_over_mac active",
            remedy: bond.isOurs
              ? "sed -i '/fail_over_mac:/d' \(patient.facts.file.path) && siaga apply \(patient.facts.file.path)"
              : "ip -details link show \(bond.name)  # then say `FailOverMACPolicy=active` (networkd) or "
                + "`fail-over-mac-policy: active` (netplan), and make it anew")
        }
    }
  }

  private static let unwatchedBond = Examination(
    "bond-unwatched", sign: "A bond of others looks neither at carriers nor by ARP",
    why: "without Siaga the kernel goes on sending by a port that is dead"
  ) { patient in
    patient.bonds.filter { bond, report, _ in
      !bond.isOurs && report.options[.carrierInterval] == .number(0)
        && (report.options[.arpInterval] ?? .number(0)) == .number(0)
    }.map { bond, _, _ in
      Complaint(
        "\(bond.name) has miimon 0 and arp_interval 0",
        remedy: "ip link set \(bond.name) type bond miimon 100")
    }
  }

  private static let wirelessPrimary = Examination(
    "bond-wifi-primary", .advice,
    sign: "A bond goes back to Wi-Fi at once, each time that it comes, undamped",
    why: "Wi-Fi at the edge of its reach comes and goes, and every move costs packets"
  ) { patient in
    (patient.configuration?.bonds ?? []).compactMap { bond in
      guard let primary = bond.primary, patient.facts.wireless.contains(primary),
        bond.failback == .auto, bond.damping == nil
      else { return nil }
      return Complaint(
        "\(primary) is the primary of \(bond.name), and Wi-Fi",
        remedy: "siaga check \(patient.facts.file.path)  # then say `failback: { after: 30s }` for "
          + "\(bond.name), or take `damping: off` out")
    }
  }
}

extension Patient {
  fileprivate typealias FoundBond = (bond: Link, report: BondReport, ports: [Link])

  fileprivate var bonds: [FoundBond] {
    let links = (facts.kernel?.links.values ?? [:].values).sorted { $0.index < $1.index }
    return links.compactMap { bond in
      bond.bond.map { report in (bond, report, links.filter { $0.master == bond.index }) }
    }
  }
}
