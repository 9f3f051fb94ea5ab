import Model

extension Examination {
  static let ofSettings = [
    settingsReadOnly, strictFilter, forwardingOff, deadLinksUsed, settingsDrifted,
  ]

  private static let settingsReadOnly = Examination(
    "settings-read-only", sign: "/proc/sys is read-only, and a setting there is not as it must be",
    why: "the daemon sets it and cannot, as in a container that was not given it"
  ) { patient in
    guard !patient.facts.canWriteSettings, let first = patient.drifted.first else { return [] }
    return [
      Complaint(
        "\(first.sysctl.text) is \(first.found), must be \(first.wanted), and /proc/sys is read-only",
        remedy: "mount -o remount,rw /proc/sys  # for a container: "
          + "docker run --sysctl \(first.sysctl.dotted)=\(first.wanted) …")
    ]
  }

  private static let strictFilter = Examination(
    "strict-filter", sign: "rp_filter is strict (1) on an uplink",
    why: "answers that come by a link which is not the best way back are dropped unseen: probes of "
      + "a spare fail, and so does what came in by it"
  ) { patient in
    let all = patient.facts.settings[.reversePathFilter(InterfaceName("all")!)]
    return patient.links.compactMap { uplink, link in
      let setting = Sysctl.reversePathFilter(link.name)
      // The kernel goes by the greater of the two (ip-sysctl.rst).
      guard let own = patient.facts.settings[setting], max(own, all ?? "0") == "1" else {
        return nil
      }
      return Complaint(
        "rp_filter is strict on \(link.name) (\(uplink.name))\(patient.willBeSet)",
        remedy: "sysctl -w \(setting.text)=2", patient.severityOfSettings)
    }
  }

  private static let forwardingOff = Examination(
    "forwarding-off", sign: "Forwarding is off while the file translates for hosts inside",
    why: "this machine is a way for itself alone; what others send is dropped"
  ) { patient in
    Family.allCases.compactMap { family in
      let setting = Sysctl.forwarding(family)
      guard patient.forwards(family), patient.facts.settings[setting] ?? "1" == "0" else {
        return nil
      }
      return Complaint(
        "\(family.name) forwarding is off, and the file is for hosts inside\(patient.willBeSet)",
        remedy: "sysctl -w \(setting.text)=1", patient.severityOfSettings)
    }
  }

  private static let deadLinksUsed = Examination(
    "dead-links-used", sign: "ignore_routes_with_linkdown is off on an uplink",
    why: "the kernel goes on sending by a link whose cable is out, until its route is exchanged"
  ) { patient in
    patient.drifted.filter { $0.sysctl.isOfDeadLinks }.map {
      Complaint(
        "\($0.sysctl.text) is \($0.found)\(patient.willBeSet)",
        remedy: "sysctl -w \($0.sysctl.text)=\($0.wanted)", patient.severityOfSettings)
    }
  }

  private static let settingsDrifted = Examination(
    "setting-changed", sign: "Another setting that Siaga made is not so any more",
    why: "somebody sets it back, and each time it is wrong for a moment"
  ) { patient in
    guard patient.facts.daemon.isThere else { return [] }
    return patient.drifted.filter { !$0.sysctl.isTold }.map {
      Complaint(
        "\($0.sysctl.text) is \($0.found), and siaga set it to \($0.wanted)",
        remedy: "sysctl -w \($0.sysctl.text)=\($0.wanted)  "
          + "# and take it out of whoever sets it: grep -r \($0.sysctl.leaf) /etc/sysctl.d")
    }
  }
}

extension Patient {
  fileprivate struct Drift {
    let sysctl: Sysctl
    let found: String
    let wanted: String
  }

  fileprivate var drifted: [Drift] {
    wanted.sysctls.sorted { $0.key < $1.key }.compactMap { sysctl, value in
      guard let found = facts.settings[sysctl], found != value else { return nil }
      return Drift(sysctl: sysctl, found: found, wanted: value)
    }
  }

  /// A daemon that starts sets them; one that runs has, and somebody set them back.
  fileprivate var severityOfSettings: Severity { facts.daemon.isThere ? .problem : .advice }

  fileprivate var willBeSet: String {
    facts.daemon.isThere ? "" : "; `siaga run` sets that when it starts"
  }
}

extension Sysctl {
  fileprivate var leaf: String { path.split(separator: "/").last.map { String($0) } ?? path }
  fileprivate var dotted: String { path.split(separator: "/").joined(separator: ".") }
  fileprivate var isOfDeadLinks: Bool { leaf == "ignore_routes_with_linkdown" }

  /// By an examination of its own.
  fileprivate var isTold: Bool {
    isOfDeadLinks || leaf == "rp_filter" || self == .forwarding(.ipv4) || self == .forwarding(.ipv6)
  }
}
