import Model

/// An entry below `ethernets`, `wifis` and so on.
struct NetplanDevice {
  let section: String
  let id: String
  let node: NetplanNode
  let place: SourcePlace
  let isByNetworkManager: Bool

  static let sections = [
    "ethernets", "wifis", "modems", "bonds", "bridges", "vlans", "tunnels", "vrfs",
    "dummy-devices", "virtual-ethernets",
  ]

  /// Those that are there anyway, and may be told by more than their name.
  var isPhysical: Bool { ["ethernets", "wifis", "modems"].contains(section) }

  /// What netplan writes for networkd, and what NetworkManager gives such a device.
  func learnedMetric(_ family: Family) -> Int {
    if isByNetworkManager { return managedMetric }
    return family == .ipv4 ? (section == "wifis" ? 600 : 100) : 1_024
  }

  func staticMetric(_ family: Family) -> Int {
    isByNetworkManager ? managedMetric : family == .ipv4 ? 0 : 1_024
  }

  /// NetworkManager's route-metric where none is set (NM's nm_device_get_route_metric_default).
  private var managedMetric: Int {
    switch section {
    case "ethernets", "virtual-ethernets": 100
    case "bonds": 300
    case "vlans": 400
    case "bridges": 425
    case "dummy-devices": 550
    case "wifis": 600
    case "tunnels": 675
    case "modems": 700
    default: 950
    }
  }

  var places: [SourcePlace] { [place] + node.places }

  /// Lines that are of use only where the link is; rules speak of more than it.
  var placesOfLink: [SourcePlace] {
    node.entries.filter { $0.key != "routing-policy" }.flatMap { $0.places + $0.value.places }
  }
}
