import Config
import Model
import Testing

@testable import Importers

/// What Siaga writes for systemd-networkd it reads as the same bond.
struct ExportedTests {
  @Test
  func `an exported bond reads back`() throws {
    let bond = Bond(
      name: InterfaceName("bond0")!, members: ["eth0", "wlan0"].compactMap(InterfaceName.init),
      primary: InterfaceName("wlan0"), addresses: [InterfaceAddress("192.168.1.252/24")!],
      gateways: [IPAddress("192.168.1.1")!], resolvers: [IPAddress("192.168.1.1")!],
      carrierInterval: .milliseconds(50), damping: nil)
    let export = NetworkdExport(Configuration(damping: nil, bonds: [bond]))
    #expect(export.left.isEmpty)
    let files = export.files.map { SourceFile(name: $0.name, bytes: Array($0.text.utf8)) }
    let imported = try ImportFormat.networkd.imported(files)
    #expect(imported.configuration.bonds == [bond])
  }
}
