import Model
import Reconcile

/// Bonds, as far as a kernel without packets has them.
extension FakeKernel {
  mutating func apply(_ change: BondChange) -> ChangeFailure? {
    if let refusal = refusal(of: change) { return refusal }
    for link in change.told(of: state(), next: InterfaceIndex(nextIndex)) { become(link) }
    return nil
  }

  /// drivers/net/bonding: bond_enslave, bond_options.c.
  private func refusal(of change: BondChange) -> ChangeFailure? {
    switch change {
    case .add(let name, _):
      return index(of: name) == nil ? nil : FakeErrno.exists
    case .set(let option, _, let index):
      guard let bond = interfaces[index]?.link else { return FakeErrno.noSuchDevice }
      let hasPorts = interfaces.all.contains { $0.link.master == index }
      return switch option.demand {
      case .nothing: nil
      case .isDown: bond.isUp ? FakeErrno.busy : nil
      case .isEmpty: bond.isUp || hasPorts ? FakeErrno.busy : nil
      }
    case .enslave(let port, let index):
      guard let port = interfaces[port]?.link, interfaces[index] != nil else {
        return FakeErrno.noSuchDevice
      }
      return port.isUp || port.master != nil ? FakeErrno.busy : nil
    case .release(let port): return interfaces[port] == nil ? FakeErrno.noSuchDevice : nil
    case .prefer(_, let index), .resize(let index, _):
      return interfaces[index] == nil ? FakeErrno.noSuchDevice : nil
    case .activate(let port, let index):
      guard let port = interfaces[port]?.link, let bond = interfaces[index]?.link else {
        return FakeErrno.noSuchDevice
      }
      let mayCarry = bond.isUp && port.master == index && port.isUp && port.hasCarrier
      return mayCarry ? nil : FakeErrno.invalid
    }
  }
}
