import Model

/// One step toward a bond as it should be.
public enum BondChange: Hashable, Sendable {
  case add(InterfaceName, BondOptions)
  case set(BondOption, BondOptions.Value, of: InterfaceIndex)
  case resize(InterfaceIndex, mtu: Int)
  case enslave(InterfaceIndex, to: InterfaceIndex)
  case release(InterfaceIndex)
  case prefer(InterfaceIndex?, in: InterfaceIndex)
  case activate(InterfaceIndex, in: InterfaceIndex)
}

extension KernelState {
  /// Who carries, first of all.
  func activations(_ wanted: Wanted) -> [Change] {
    wanted.bonds.sorted().flatMap(steering)
  }

  /// Bonds that are missing or otherwise, a step at a time: what the kernel asks for comes first, and
  /// the rest once it tells that it is so.
  func bondChanges(_ wanted: Wanted) -> [Change] {
    wanted.bonds.sorted().flatMap(making)
  }

  /// Also of a bond that somebody else made.
  private func steering(_ wanted: WantedBond) -> [Change] {
    guard let bond = link(named: wanted.name), let report = bond.bond,
      report.options.mode?.hasPrimary ?? false
    else { return [] }
    var changes: [Change] = []
    // Were it another, the kernel would go back to that one whenever a carrier comes or goes.
    let primary = wanted.primary.flatMap(link)?.index
    if primary != report.primary, primary != nil || bond.isOurs {
      changes.append(.bond(.prefer(primary, in: bond.index)))
    }
    if let active = wanted.active.flatMap(link), active.master == bond.index, bond.isUp,
      report.active != active.index
    {
      changes.append(.bond(.activate(active.index, in: bond.index)))
    }
    return changes
  }

  private func making(_ wanted: WantedBond) -> [Change] {
    guard let bond = link(named: wanted.name) else {
      return [.bond(.add(wanted.name, wanted.options))]
    }
    guard bond.isOurs, let report = bond.bond else { return [] }
    let due = wanted.options.differing(from: report.options)
    let ports = ports(of: bond)
    if due.contains(where: { $0.demand == .isEmpty }), !ports.isEmpty {
      return ports.map { .bond(.release($0.index)) }
    }
    if due.contains(where: { $0.demand != .nothing }), bond.isUp {
      return [.lowerLink(bond.name, bond.index)]
    }
    let settings = due.compactMap { option in
      wanted.options[option].map { Change.bond(.set(option, $0, of: bond.index)) }
    }
    // A port that came before the mode would hold it off.
    guard due.allSatisfy({ $0.demand == .nothing }) else { return settings }
    let sizes = wanted.mtu.flatMap { mtu in
      bond.mtu == mtu ? nil : [Change.bond(.resize(bond.index, mtu: mtu))]
    }
    let strays = ports.filter { !wanted.ports.contains($0.name) }
    return settings + (sizes ?? []) + strays.flatMap(letting)
      + wanted.ports.compactMap(link).compactMap { enslaving($0, to: bond) }.joined()
      + (bond.isUp ? [] : [.raiseLink(bond.name, bond.index)])
  }

  /// The kernel sets down what leaves a bond, and whoever had it before would find it so.
  private func letting(_ port: Link) -> [Change] {
    [.bond(.release(port.index)), .raiseLink(port.name, port.index)]
  }

  private func ports(of bond: Link) -> [Link] {
    links.values.filter { $0.master == bond.index }.sorted { $0.index < $1.index }
  }

  /// A link that goes, and its ports, if it is a bond.
  func removal(of bond: Link) -> [Change] {
    return [.removeLink(bond.index)] + ports(of: bond).map { .raiseLink($0.name, $0.index) }
  }

  /// The kernel takes no port that is up, and leaves it addresses that would not work any more. One
  /// that is in something else is left there; one that the kernel is just taking, it raises first and
  /// says later where it is: set down then, it would stay so.
  private func enslaving(_ port: Link, to bond: Link) -> [Change]? {
    guard port.master == nil, !port.isPort else { return nil }
    guard !port.isUp else { return [.lowerLink(port.name, port.index)] }
    return addresses(on: port.index).map { .removeAddress($0) }
      + [.bond(.enslave(port.index, to: bond.index))]
  }
}

// MARK: - In words

extension BondChange {
  /// The line that an operator would type.
  func line(_ name: (InterfaceIndex) -> InterfaceName?) -> String {
    func named(_ index: InterfaceIndex) -> String { name(index)?.text ?? "if\(index)" }
    return switch self {
    case .add(let name, let options):
      "ip link add \(name) group \(Ours.linkGroup) type bond"
        + options.all.map { " \($0.option.words(for: $0.value))" }.joined()
    case .set(let option, let value, let bond):
      "ip link set \(named(bond)) type bond \(option.words(for: value))"
    case .resize(let bond, let mtu): "ip link set \(named(bond)) mtu \(mtu)"
    case .enslave(let port, let bond): "ip link set \(named(port)) master \(named(bond))"
    case .release(let port): "ip link set \(named(port)) nomaster"
    case .prefer(let port, let bond):
      "ip link set \(named(bond)) type bond primary \(port.map { named($0) } ?? "''")"
    case .activate(let port, let bond):
      "ip link set \(named(bond)) type bond active_slave \(named(port))"
    }
  }

  /// What to do about a refusal; nil: what is done about any.
  func advice(_ failure: ChangeFailure) -> String? {
    switch (failure.name, self) {
    case ("EOPNOTSUPP", .add):
      "this kernel has no bonding: `modprobe bonding`; without it two uplinks with the same gateway "
        + "do, in `tiers: [[eth0], [wlan0]]` of a group"
    case ("EINVAL", .resize):
      "can all of its ports have packets of that size? `ip -d link` tells each one's `maxmtu`"
    case (_, .add), (_, .set), (_, .resize): "the kernel's own words are in `dmesg`"
    case ("EBUSY", .enslave): "is it in another bond, or a bridge?"
    case (_, .enslave): "can that kind of interface be in a bond? `dmesg` says more"
    case (_, .activate): "its carrier, or the bond, may be down; it is tried again"
    case (_, .release), (_, .prefer): nil
    }
  }
}

extension BondOption {
  /// As `ip link` takes it, which calls two of them otherwise than the kernel.
  fileprivate func words(for value: BondOptions.Value) -> String {
    let word =
      switch self {
      case .peerNotices: "num_grat_arp"
      case .peerNoticeDelay: "peer_notify_delay"
      default: name
      }
    return "\(word) \(value.text(of: self))"
  }
}
