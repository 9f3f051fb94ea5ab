import Model
import Testing

@testable import Config

@Suite struct ResolvedTests {
  @Test func `every default is filled in, inline checks get their names`() throws {
    let tree: Tree = [
      "uplinks": [
        "isp1": ["interface": "eth0", "gateway": "10.0.0.1"], "lte": ["interface": "ppp0"],
      ],
      "groups": [
        "internet": [
          "route": "default", "tiers": ["isp1", ["lte": "2"]], "check": ["ping": "192.0.2.1"],
        ]
      ],
    ]
    #expect(
      try Configuration.read(tree.node).resolved == """
        marks: 0x3f00
        damping:
          base: 10s
          max: 10m
          forget: 10m
        uplinks:
          isp1: { interface: eth0, gateway: 10.0.0.1, nat: none, nat6: none, mss: keep }
          lte: { interface: ppp0, nat: none, nat6: none, mss: keep }
        checks:
          internet.check: { ping: 192.0.2.1, need: 1, every: 1s, timeout: 1s, fall: 3, rise: 3 }
        resolv: false
        groups:
          internet:
            route: default
            tiers: [[isp1], { lte: 2 }]
            want: 1
            check: internet.check
            failback: auto
            damping: { base: 10s, max: 10m, forget: 10m }
            flows: move
            last-resort: main

        """)
  }

  @Test func `limits are written whole`() throws {
    let tree = Tree.dualWAN {
      $0["checks", "gateway"] = ["ping": "gateway", "loss": "5%", "latency": "200ms"]
    }
    let resolved = try Configuration.read(tree.node).resolved
    #expect(
      resolved.contains(
        """
          gateway:
            ping: gateway
            need: 1
            every: 1s
            timeout: 1s
            fall: 3
            rise: 3
            window: 30s
            loss: { down: 5%, up: 2% }
            latency: { down: 200ms, up: 100ms }

        """))
  }

  @Test(arguments: 1...300)
  func `what is resolved reads back as the same configuration`(seed: Int) throws {
    let configuration = Configuration.random(seed: seed)
    let node = try #require(FileDraft.section.form.write(FileDraft(configuration)))
    #expect(try Configuration.read(node) == configuration)
  }
}
