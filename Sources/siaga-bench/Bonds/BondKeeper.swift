import Lab

/// Who sees to a bond: Siaga, or the kernel's own watch over carriers alone.
enum BondKeeper: Sendable {
  case siaga(executable: String)
  case kernel

  static let monitored = Duration.milliseconds(100)

  /// Makes it; the daemon, if there is one.
  func make(_ wanted: BondConfiguration, on namespace: Namespace, tag: String) throws
    -> GatewayDaemon?
  {
    switch self {
    case .siaga(let executable):
      return try GatewayDaemon(
        executable: executable, configuration: wanted.text, in: namespace, tag: tag)
    case .kernel:
      _ = try LabBond(
        "bond0", of: wanted.ports, on: namespace, .activeBackup, monitored: Self.monitored,
        options: "fail_over_mac active primary \(wanted.ports[0])")
      try namespace.ip("addr add \(wanted.address)/24 dev bond0")
      return nil
    }
  }
}
