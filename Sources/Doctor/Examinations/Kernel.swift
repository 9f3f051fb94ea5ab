import Config
import Model

extension Examination {
  static let ofKernel = [featureMissing, ipv6Disabled]

  private static let featureMissing = Examination(
    "kernel-feature-missing",
    sign: "The kernel lacks nf_tables, nf_conntrack, ctnetlink, policy rules, multipath or IPv6",
    why: "what stands on it does not work: translation, sweeps of flows, groups, sharing, a family"
  ) { patient in
    guard let configuration = patient.configuration else { return [] }
    return KernelFeature.allCases.filter(patient.facts.lacking.contains).compactMap { feature in
      switch feature {
      case .nftables:
        Complaint("this kernel has no nf_tables", remedy: "modprobe nf_tables")
      case .tracking:
        Complaint(
          "this kernel does not keep track of flows (nf_conntrack)", remedy: "modprobe nf_conntrack"
        )
      case .trackingControl:
        Complaint(
          "this kernel lets nobody end a tracked flow (nf_conntrack_netlink)",
          remedy: "modprobe nf_conntrack_netlink")
      case .rules:
        Complaint(
          "this kernel has no policy rules (CONFIG_IP_MULTIPLE_TABLES)",
          remedy: "apt-get install linux-image-amd64  # a kernel that has them")
      case .multipath:
        configuration.sharesRoutes
          ? Complaint(
            "this kernel cannot share a route among links (CONFIG_IP_ROUTE_MULTIPATH)",
            remedy: "apt-get install linux-image-amd64  # a kernel that can") : nil
      case .ipv6:
        configuration.families.contains(.ipv6)
          ? Complaint(
            "this kernel has no IPv6, and a group wants it",
            remedy: "sed -i 's/ipv6.disable=1//' /etc/default/grub && update-grub  # then reboot")
          : nil
      }
    }
  }

  private static let ipv6Disabled = Examination(
    "ipv6-disabled", sign: "IPv6 is disabled on an uplink of a group of IPv6",
    why: "the link has no address of that family, so it can never hold the group"
  ) { patient in
    guard !patient.facts.lacking.contains(.ipv6) else { return [] }
    return patient.links.compactMap { uplink, link in
      let setting = Sysctl.disablesIPv6(link.name)
      guard let group = patient.group(of: uplink, .ipv6), uplink.mayCarry(.ipv6),
        patient.facts.settings[setting] == "1"
      else { return nil }
      return Complaint(
        "IPv6 is disabled on \(link.name), and \(group.name) wants it of \(uplink.name)",
        remedy: "sysctl -w \(setting.text)=0")
    }
  }
}

extension Configuration {
  /// Whether some group may be held by several at once.
  fileprivate var sharesRoutes: Bool {
    groups.contains { group in
      group.want > 1 || Set(group.members.map(\.tier)).count < group.members.count
    }
  }
}
