import Model

extension BondChange {
  /// The links that a kernel tells of after it, as they are then.
  /// - Parameter next: the index of a link that it makes.
  public func told(of state: KernelState, next: InterfaceIndex) -> [Link] {
    switch self {
    case .add(let name, let options):
      return [
        Link(
          index: next, name: name, isUp: false, hasCarrier: false, group: Ours.linkGroup,
          bond: BondReport(options: options))
      ]
    case .set(let option, let value, let index):
      return state.changed(index) { $0.bond?.options[option] = value }
    case .resize(let index, let mtu):
      return state.changed(index) { $0.mtu = mtu }
    case .enslave(let port, let index):
      guard let bond = state.links[index]?.bond else { return [] }
      let isFirst = bond.active == nil
      let ports = state.changed(port) {
        $0.master = index
        $0.isUp = true
        $0.port = BondPort(
          isActive: isFirst || !(bond.options.mode?.hasOneActive ?? true), condition: .up,
          permanentAddress: $0.hardwareAddress)
      }
      return ports
        + state.changed(index) {
          $0.hasCarrier = true
          if isFirst, $0.bond?.options.mode?.hasPrimary ?? false { $0.bond?.active = port }
        }
    case .release(let port):
      return state.changed(port) {
        $0.master = nil
        $0.port = nil
        $0.isUp = false
      }
    case .prefer(let port, let index):
      return state.changed(index) { $0.bond?.primary = port }
    case .activate(let port, let index):
      let old = state.links[index]?.bond?.active
      return state.changed(index) { $0.bond?.active = port }
        + (old.map { state.changed($0) { $0.port?.isActive = false } } ?? [])
        + state.changed(port) { $0.port?.isActive = true }
    }
  }
}

extension KernelState {
  fileprivate func changed(_ index: InterfaceIndex, _ change: (inout Link) -> Void) -> [Link] {
    guard var link = links[index] else { return [] }
    change(&link)
    return [link]
  }
}
