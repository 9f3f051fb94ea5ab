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

  private func place(of index: InterfaceIndex) -> Int? {
    all.firstIndex { $0.link.index == index }
  }
}
