extension Tree {
  /// Two nodes that share an address on either side, while they have a way out.
  static let pair: Tree = [
    "node": "a",  // line 1
    "cluster": ["key-file": "/etc/siaga/cluster.key", "heartbeat": "100ms", "fall": "3"],  // 2
    "nodes": [  // 6
      "a": ["addresses": ["10.1.0.2", "10.2.0.2"]],  // 7
      "b": ["addresses": ["10.1.0.3", "10.2.0.3"]],  // 9
    ],
    "uplinks": ["isp1": ["interface": "wan", "gateway": "10.2.0.254"]],  // 11
    "groups": [  // 15
      "internet": ["route": "default", "tiers": ["isp1"]],  // 16
      "gateway": [  // 19
        "tiers": [["a"], ["b"]],  // 20
        "addresses": [  // 21
          ["address": "10.1.0.1/24", "interface": "lan", "vrid": "51", "advertise": "100ms"],  // 22
          ["address": "10.2.0.1/24", "interface": "wan", "vrid": "52", "advertise": "100ms"],  // 26
        ],
        "needs": ["internet"],  // 30
        "failback": "manual",  // 31
      ],
    ],
  ]

  static func pair(_ changed: (inout Tree) -> Void) -> Tree {
    var tree = pair
    changed(&tree)
    return tree
  }

  /// The pair with one address instead of its two, which begins in line 22.
  static func pair(holding address: KeyValuePairs<String, Tree>) -> Tree {
    pair { $0["groups", "gateway", "addresses"] = .list([.mapping(address.map { ($0, $1) })]) }
  }
}
