import Config
import Model
import Testing

/// Where the resolvers of the links that hold are told to programs.
@Suite struct ResolvTests {
  private func pair(_ resolv: String) -> Tree { Tree.pair { $0["resolv"] = .text(resolv) } }

  @Test func `nowhere, unless it is asked for`() throws {
    #expect(try Configuration.read(Tree.pair.node).resolv == nil)
    #expect(try Configuration.read(pair("false").node).resolv == nil)
  }

  @Test(arguments: [
    ("true", NameServers.Place.system),
    ("/run/dnsmasq/resolv.conf", .file("/run/dnsmasq/resolv.conf")),
  ])
  func `a place is read, and written as it was`(text: String, place: NameServers.Place) throws {
    let configuration = try Configuration.read(pair(text).node)
    #expect(configuration.resolv == place)
    #expect(try Configuration.read(configuration.terseTree) == configuration)
  }

  @Test(arguments: ["resolv.conf", "/", "/etc/", "yes", "systemd"])
  func `what is no file's whole path is refused`(text: String) {
    #expect(
      pair(text).messages == [
        "`resolv` takes `true`, or a file's whole path such as `/run/dnsmasq/resolv.conf`, not "
          + "`\(text)`"
      ])
  }
}
