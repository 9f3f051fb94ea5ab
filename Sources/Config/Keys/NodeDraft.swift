import Model

/// One of the machines that share the file.
struct NodeDraft: SectionDraft {
  var addresses: Placed<[Placed<IPAddress>]>?
  var priority: Placed<Int?>?
  var uplinks: Placed<[Named<UplinkDraft>]>?

  static let mostAddresses = 16

  static let section = Section<NodeDraft>(
    "node", "A machine that shares this file. Which of them it is, each knows by `node`.",
    chapter: "nodes.NAME",
    [
      Key(
        "addresses", \.addresses, Form.address.oneOrList(atMost: mostAddresses), .required,
        "Its own addresses on the links that it shares with the others, in the same order for all "
          + "nodes: the first of one and the first of another are a path between them."),
      Key(
        "priority", \.priority, Form.number(1...255).optional,
        .means(nil, "by its tier: 200, 150, 100 …"),
        "Its VRRP priority, where others on the link need a certain one. It must fit the tiers; 255 "
          + "is for the owner of the addresses, and 254 and those up to 9 are Siaga's own."),
      Key(
        "uplinks", \.uplinks, .named(ownUplink), .means([], "as in the file's `uplinks`"),
        "What is otherwise on this node, of uplinks that the file has: its address there, say."),
    ])

  static let ownUplink = UplinkDraft.section.changing(
    "change", "What an uplink of the file has on this node in place of what it has there.",
    chapter: "nodes.NAME.uplinks.NAME", without: ["check"])
}

extension NodeDraft {
  init(_ node: Node) {
    addresses = Placed(node.addresses.map { Placed($0) })
    priority = Placed(node.priority.map(Int.init))
    uplinks = Placed(node.uplinks.map { Named($0.name.text, UplinkDraft($0)) })
  }
}
