import Model

/// The interfaces of a machine by their numbers. They are few, and looked up for every packet: to go
/// through them costs less than to hash.
struct InterfaceTable: Sendable {
  private(set) var all: [FakeKernel.Interface] = []  // by number

  subscript(index: InterfaceIndex) -> FakeKernel.Interface? {
    get { place(of: index).map { all[$0] } }
    set {
      let place = place(of: index)
      switch (place, newValue) {
      case (let place?, let interface?): all[place] = interface
      case (let place?, nil): all.remove(at: place)
      case (nil, let interface?):
        all.insert(interface, at: all.firstIndex { $0.link.index > index } ?? all.endIndex)
      case (nil, nil): break
      }
    }
  }

  subscript(name: InterfaceName) -> FakeKernel.Interface? {
    all.first { $0.link.name == name }
  }

  var links: [InterfaceIndex: Link] {
    Dictionary(uniqueKeysWithValues: all.map { ($0.link.index, $0.link) })
  }

  // What every packet asks, without a copy of the interface.

  func name(of index: InterfaceIndex) -> InterfaceName? {
    place(of: index).map { all[$0].link.name }
  }

  func hasCarrier(_ index: InterfaceIndex) -> Bool {
    place(of: index).map { all[$0].link.isUp && all[$0].link.hasCarrier } ?? false
  }

  /// The host is in one of the interface's networks.
  func isNear(_ host: IPAddress, to index: InterfaceIndex) -> Bool {
    place(of: index).map { place in
      all[place].addresses.contains { $0.address.network.contains(host) }
    } ?? false
  }

  /// Why a packet cannot leave, as sendto would say; nil when it does.
  func refusal(by index: InterfaceIndex, from source: IPAddress?) -> String? {
    guard let place = place(of: index) else { return "ENODEV" }
    guard all[place].link.isUp else { return "ENETDOWN" }
    guard let source else { return nil }
    let isThere = all[place].addresses.contains { $0.address.address == source && $0.isReady }
    return isThere ? nil : "EADDRNOTAVAIL"
  }

  private func place(of index: InterfaceIndex) -> Int? {
    all.firstIndex { $0.link.index == index }
  }
}
