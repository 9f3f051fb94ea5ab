import Model

/// The whole file, as it was read.
struct FileDraft: SectionDraft {
  var node: Placed<NodeName?>?
  var marks: Placed<MarkSpace>?
  var damping: Placed<DampingUse>?
  var hooks: Placed<[Hook]>?
  var uplinks: Placed<[Named<UplinkDraft>]>?
  var checks: Placed<[Named<CheckDraft>]>?
  var bonds: Placed<[Named<BondDraft>]>?
  var cluster: Placed<ClusterDraft?>?
  var nodes: Placed<[Named<NodeDraft>]>?
  var groups: Placed<[Named<GroupDraft>]>?
  var process: Placed<ProcessDraft?>?
  var resolv: Placed<NameServers.Place?>?

  static let section = Section<FileDraft>(
    "file", "All that the file can say.", chapter: "The top level",
    later: ["api", "backends", "notify"],
    [
      Key(
        "node", \.node, Form.nodeName.optional, .means(nil, "the host's name"),
        "The name of this machine in status and history."),
      Key(
        "marks", \.marks, .marks, .default(.standard),
        "The bits of packet and flow marks that are Siaga's: n adjacent bits tell 2ⁿ − 1 uplinks "
          + "apart. Change it when another program uses the same bits."),
      Key(
        "damping", \.damping, .damping, .means(.on(.standard), DampingUse.on(.standard).shown),
        "What holds back members that go and come, in groups that do not say it themselves."),
      Key(
        "on-change", \.hooks, .hooks, .means([], "none"),
        "Programs that are told when any group has changed."),
      Key(
        "uplinks", \.uplinks, .named(UplinkDraft.self),
        .requiredUnless([], ["bonds", "nodes"], saying: "the file needs `uplinks`"),
        "The ways out, each under a name of its own."),
      Key(
        "checks", \.checks, .named(CheckDraft.self, longest: NameRule.longestOfCheck),
        .means([], "none"), "Checks that groups use by name."),
      Key(
        "bonds", \.bonds, .named(BondDraft.self, longest: BondDraft.longestName),
        .means([], "none"),
        "Links of several ports, each under the name of its interface, which no group may have."),
      Key(
        "nodes", \.nodes, .named(NodeDraft.self), .means([], "none: this machine stands alone"),
        "The machines that share this file, and hold addresses between them."),
      Key(
        "cluster", \.cluster, ClusterDraft.section.form.optional,
        .means(nil, "none: nodes know of each other by VRRP alone"),
        "How the nodes talk with each other, besides VRRP."),
      Key(
        "process", \.process, ProcessDraft.section.form.optional,
        .means(nil, "a process as others are"), "What the daemon asks of the machine for itself."),
      Key(
        "resolv", \.resolv, .resolv, .means(nil, "`false`: nowhere"),
        "Where the `dns` of the links that hold the default routes is told to this machine's programs: "
          + "`true` for /etc/resolv.conf, or systemd-resolved where that is its file, or another file."
      ),
      Key(
        "groups", \.groups, .named(GroupDraft.self),
        .requiredUnless(
          [], ["bonds"], saying: "nothing to do: add `groups:` and in it what to keep up"),
        "What to keep up, and by whom. Without a group there is nothing to do."),
    ])
}

extension FileDraft {
  init(_ configuration: Configuration) {
    node = Placed(configuration.node)
    marks = Placed(configuration.marks)
    damping = Placed(DampingUse(configuration.damping))
    hooks = Placed(configuration.hooks)
    uplinks = Placed(configuration.uplinks.map { Named($0.name.text, UplinkDraft($0)) })
    checks = Placed(configuration.checks.map { Named($0.name.text, CheckDraft($0)) })
    bonds = Placed(configuration.bonds.map { Named($0.name.text, BondDraft($0)) })
    nodes = Placed(configuration.nodes.map { Named($0.name.text, NodeDraft($0)) })
    cluster = Placed(configuration.cluster.map { ClusterDraft($0) })
    process = Placed(
      configuration.process == ProcessSettings() ? nil : ProcessDraft(configuration.process))
    resolv = Placed(configuration.resolv)
    groups = Placed(configuration.groups.map { Named($0.name.text, GroupDraft($0)) })
  }
}
