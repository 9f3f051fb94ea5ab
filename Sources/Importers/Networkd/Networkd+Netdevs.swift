import Config
import Model

/// What networkd makes: of these only bonds are Siaga's business.
struct Netdev {
  struct Port {
    let interface: String
    let isPrimary: Bool
    let place: SourcePlace
  }

  let name: String
  let kind: String
  var ports: [Port] = []
  var mode = Bond.Mode.balanceRoundRobin  // the kernel's usual
  var carrierInterval: Duration?
  var mtu: Int?
  var failback = Failback.auto
  var settings: [Intent.Bond.Setting] = []
  let place: SourcePlace
}

extension Networkd {
  mutating func addNetdev(_ unit: NetworkdFiles.Unit) {
    let settings = unit.settings("NetDev")
    guard let name = settings.value("Name"), let kind = settings.value("Kind") else {
      return leave(unit, "a [NetDev] needs `Name=` and `Kind=`")
    }
    var netdev = Netdev(name: name.value, kind: kind.value, place: name.place)
    report.bind(unit.places, to: name.place)
    guard !netdevs.contains(where: { $0.name == name.value }) else {
      return leave(unit, "a file before it makes an interface of that name")
    }
    guard kind.value == "bond" else {
      netdevs.append(netdev)
      return leave(unit, "let the system go on making it; Siaga may use it")
    }
    if let mtu = settings.value("MTUBytes") {
      netdev.mtu = BondWords.mtu(mtu.value, at: mtu.place, &report)
    }
    let bond = unit.settings("Bond")
    if let mode = bond.value("Mode") {
      if let known = Bond.Mode(rawValue: mode.value) {
        netdev.mode = known
      } else {
        report.amend(mode.place, .left("no bond has such a mode; balance-rr is taken"))
      }
    } else {
      report.amend(
        kind.place,
        .differs(
          "without `Mode=` it is balance-rr, where all ports carry; for failover take `mode` out "
            + "and name a `primary`"))
    }
    if let monitor = bond.value("MIIMonitorSec") {
      netdev.carrierInterval = interval(monitor)
    } else {
      report.amend(
        kind.place,
        .differs("without `MIIMonitorSec=` networkd watches no carrier, and Siaga every 100 ms"))
    }
    netdev.settings = bondSettings(bond)
    if let policy = bond.value("PrimaryReselectPolicy") {
      netdev.failback = BondWords.failback(policy.value, at: policy.place, &report)
    }
    netdevs.append(netdev)
  }

  private mutating func interval(_ setting: UnitFile.Setting) -> Duration? {
    let bounds = Duration.milliseconds(10)...(.seconds(10))
    guard let read = LinuxWords.duration(setting.value, alone: .seconds(1)), bounds.contains(read)
    else {
      report.amend(setting.place, .differs("it takes 10ms to 10s; here 100ms"))
      return nil
    }
    // The kernel counts milliseconds.
    return .milliseconds(Int(read / .milliseconds(1)))
  }

  /// Those that have keys of their own are read elsewhere.
  private mutating func bondSettings(_ bond: [UnitFile.Setting]) -> [Intent.Bond.Setting] {
    let own: [BondOption] = [.mode, .carrierInterval, .primaryReselect]
    return BondOption.allCases.filter { !own.contains($0) }.compactMap { option in
      let all = option.networkdKey.map(bond.values) ?? []
      guard !all.isEmpty else { return nil }
      return BondWords.setting(
        all.map(\.value), of: option, at: all.map(\.place), alone: .seconds(1), &report)
    }
  }

  mutating func addBonds() {
    for netdev in netdevs where netdev.kind == "bond" {
      let primary = netdev.ports.filter(\.isPrimary)
      network.bonds.append(
        Intent.Bond(
          name: netdev.name, ports: netdev.ports.map(\.interface),
          primary: primary.last?.interface, mode: netdev.mode,
          carrierInterval: netdev.carrierInterval, mtu: netdev.mtu, failback: netdev.failback,
          settings: netdev.settings,
          places: [netdev.place] + netdev.ports.map(\.place)))
    }
  }
}
