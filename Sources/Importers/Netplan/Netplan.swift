import Config
import Model

/// netplan: what each interface has, for networkd or NetworkManager to do (netplan-yaml). Its
/// files are merged in the order of their names. A lower metric goes before; nothing asks whether
/// a link works.
struct Netplan {
  var report = ImportReport()
  var network = LinuxNetwork()
  private(set) var intent = Intent()
  var interfaces: [String: String] = [:]  // by netplan's own names of them

  init(_ files: [SourceFile], _ yaml: ImportFormat.YAMLReader) {
    let found = NetplanFiles(files, yaml)
    for (place, statement, why) in found.left { report.note(place, statement, .left(why)) }
    var lines = NetplanLines()
    let devices = found.devices(&lines)
    lines.tell(&report)
    for (earlier, later) in found.replaced { report.amend(earlier, .left("\(later) says it anew")) }
    for device in devices.dropFirst(Self.mostDevices) {
      leave(device, "there are more interfaces before it than a machine has")
    }
    for device in devices.prefix(Self.mostDevices) {
      if let name = name(of: device) { interfaces[device.id] = name }
    }
    for device in devices.prefix(Self.mostDevices) { add(device) }
    intent = network.intent(&report)
    intent.opening = [
      "From netplan. What this file sets, netplan should set no longer: addresses and gateways."
    ]
    intent.unasked = [
      "netplan asks nobody whether a link works; to have the gateways asked: "
        + "`check: { ping: gateway }`"
    ]
  }

  private static let mostDevices = 1_000

  /// What Linux calls it; nil: nothing tells, which is reported.
  private mutating func name(of device: NetplanDevice) -> String? {
    if let name = device.node["set-name"]?.text { return name }
    guard device.isPhysical, let match = device.node["match"] else { return device.id }
    if match["macaddress"] != nil || match["driver"] != nil {
      report.amend(match.place, .differs("Siaga tells an interface by its name alone"))
    }
    guard let name = match["name"]?.elements.first?.text else {
      leave(device, "Siaga tells an interface by its name: add `set-name` or `match: { name: … }`")
      return nil
    }
    guard Glob(name).isLiteral else {
      leave(device, "its pattern may be any interface; name the one that is meant")
      return nil
    }
    return name
  }

  private mutating func leave(_ device: NetplanDevice, _ why: String) {
    for place in device.places { report.amend(place, .left(why)) }
  }
}

// MARK: - Links

extension Netplan {
  private mutating func add(_ device: NetplanDevice) {
    guard let interface = interfaces[device.id] else { return }
    report.bind(device.placesOfLink, to: device.place)
    var link = LinuxNetwork.Link(interface: interface, place: device.place)
    link.addresses = (device.node["addresses"]?.elements ?? []).compactMap { address($0) }
    link.resolvers = (device.node["nameservers"]?["addresses"]?.elements ?? []).compactMap {
      read($0, LinuxWords.host)
    }
    for key in ["dhcp4", "dhcp6", "accept-ra"] {
      if let node = device.node[key], LinuxWords.isOn(node.text ?? "") == nil {
        report.amend(node.place, .left("`\(key)` takes `true` or `false`"))
      }
    }
    link.routes = leases(of: device) + gateways(of: device) + routes(of: device)
    for rule in device.node["routing-policy"]?.elements ?? [] { addRule(rule) }
    if device.section == "bonds" { addBond(device, interface) }
    network.links.append(link)
  }

  /// An address, or one with a label or a lifetime: `192.0.2.2/24: { label: x }`.
  private mutating func address(
    _ node: NetplanNode
  ) -> LinuxNetwork.Told<InterfaceAddress>? {
    guard let only = node.entries.first, node.entries.count == 1 else {
      return read(node, LinuxWords.address)
    }
    return read(NetplanNode(.scalar(only.key), at: only.place), LinuxWords.address)
  }

  func said<Value>(_ node: NetplanNode, _ value: Value) -> LinuxNetwork.Told<Value> {
    LinuxNetwork.Told(value: value, place: node.place)
  }

  mutating func read<Value>(
    _ node: NetplanNode, _ parse: (String) -> Result<Value, LinuxWords.Complaint>
  ) -> LinuxNetwork.Told<Value>? {
    guard let text = node.text else {
      report.amend(node.place, .left("a single value is expected here"))
      return nil
    }
    switch parse(text) {
    case .success(let value):
      return said(node, value)
    case .failure(let complaint):
      report.amend(node.place, .left(complaint.sentence))
      return nil
    }
  }

  private mutating func addBond(_ device: NetplanDevice, _ interface: String) {
    let parameters = device.node["parameters"]
    var bond = Intent.Bond(name: interface, mode: .balanceRoundRobin, places: [device.place])
    for port in device.node["interfaces"]?.elements ?? [] {
      guard let id = port.text, let name = interfaces[id] else {
        report.amend(port.place, .left("nothing says which interface that is"))
        continue
      }
      bond.ports.append(name)
      bond.places.append(port.place)
    }
    if let mode = parameters?["mode"], let text = mode.text {
      if let known = Bond.Mode(rawValue: text) {
        bond.mode = known
      } else {
        report.amend(mode.place, .left("no bond has such a mode; balance-rr is taken"))
      }
    } else {
      report.amend(
        device.place,
        .differs(
          "without a mode it is balance-rr, where all ports carry; for failover take `mode` out "
            + "and name a `primary`"))
    }
    bond.primary = parameters?["primary"]?.text.flatMap { interfaces[$0] }
    if let monitor = parameters?["mii-monitor-interval"] {
      if let read = LinuxWords.duration(monitor.text ?? "", alone: .milliseconds(1)),
        (.milliseconds(10)...(.seconds(10))).contains(read)
      {
        bond.carrierInterval = .milliseconds(Int(read / .milliseconds(1)))
      } else {
        report.amend(monitor.place, .differs("it takes 10ms to 10s; here 100ms"))
      }
    } else {
      report.amend(
        device.place,
        .differs("without `mii-monitor-interval` no carrier is watched, and by Siaga every 100 ms"))
    }
    if let mtu = device.node["mtu"] {
      bond.mtu = BondWords.mtu(mtu.text, at: mtu.place, &report)
    }
    if let parameters { readSettings(parameters, &bond) }
    network.bonds.append(bond)
  }
}
