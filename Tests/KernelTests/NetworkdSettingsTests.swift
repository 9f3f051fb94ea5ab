import Lab
import Testing

@testable import Kernel

/// What systemd-networkd is told of rules and routes that are not its own.
struct NetworkdSettingsTests {
  private func settings(_ files: KeyValuePairs<String, String>) throws -> (Bool, Bool) {
    let root = try ScratchDirectory(tag: "networkd")
    for (path, text) in files {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      try Command.run("mkdir", "-p", root.file(folder))
      try root.write(text, to: path)
    }
    let settings = NetworkdSettings(root: root.path)
    return (settings.managesForeignRules, settings.managesForeignRoutes)
  }

  @Test
  func `by itself it manages both`() throws {
    #expect(try settings([:]) == (true, true))
    let shipped = "[Network]\n#ManageForeignRoutes=no\n; ManageForeignRoutes=no\n"
    #expect(try settings(["etc/systemd/networkd.conf": shipped]) == (true, true))
  }

  @Test
  func `a drop-in is read after the main file, those of all folders by their names`() throws {
    #expect(
      try settings([
        "etc/systemd/networkd.conf": "[Network]\nManageForeignRoutes = yes\n",
        "usr/lib/systemd/networkd.conf.d/50-siaga.conf":
          "[Network]\nManageForeignRoutingPolicyRules=no\nManageForeignRoutes=no\n",
        "etc/systemd/networkd.conf.d/60-own.conf": "[Network]\nManageForeignRoutes=True\n",
        "etc/systemd/networkd.conf.d/70-own.off": "[Network]\nManageForeignRoutes=no\n",
      ]) == (false, true))
  }

  @Test
  func `a file hides one of its name in a later folder`() throws {
    #expect(
      try settings([
        "usr/lib/systemd/networkd.conf.d/50-siaga.conf": "[Network]\nManageForeignRoutes=no\n",
        "etc/systemd/networkd.conf.d/50-siaga.conf": "",
      ]) == (true, true))
  }

  @Test
  func `other sections and words that are none say nothing`() throws {
    let text = """
      [DHCPv4]
      ManageForeignRoutes=no
      [Network]
      ManageForeignRoutes=perhaps
      ManageForeignRoutingPolicyRules
      """
    #expect(try settings(["etc/systemd/networkd.conf": text]) == (true, true))
  }

  /// As Linux 6.18 prints it.
  @Test
  func `the processes of netlink sockets are read`() {
    let table = """
      sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
      00000000430e1253 0   8659       000514d1 0        0        0     2        0        4
      00000000c5d25e48 4   0          00000000 0        0        0     2        0        1587
      00000000c731aedd 16  3741320198 00000002 0        0        0     2        0        1589
      00000000c731aede 16  8659       00000002 0        0        0     2        0        1590
      """
    #expect(NetlinkPrograms.processes(in: table) == [8_659])
  }
}
