import Model
import Testing

@testable import Config

/// A file as a person would write it.
struct WrittenTests {
  @Test(arguments: 1...300)
  func `what is written tersely reads back as the same configuration`(seed: Int) throws {
    let configuration = Configuration.random(seed: seed)
    #expect(try Configuration.read(configuration.terseTree) == configuration)
  }

  @Test
  func `what is usual is left out, and remarks stand above what they are about`() throws {
    let configuration = try Configuration.read(Tree.dualWAN.node)
    var remarks = Remarks()
    remarks.opening = ["Made for a test."]
    remarks.uplinks["isp2"] = ["from line 7\nof a file with \u{1} in it"]
    remarks.groups["internet"] = ["the first that works"]
    #expect(
      configuration.written(with: remarks) == """
        # Made for a test.

        uplinks:
          isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
          # from line 7
          # of a file with  in it
          isp2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: masquerade }

        checks:
          gateway: { ping: gateway, every: 10s, fall: 2, rise: 1 }

        groups:
          # the first that works
          internet:
            route: default
            tiers: [[isp1], [isp2]]
            check: gateway

        """)
  }
}
