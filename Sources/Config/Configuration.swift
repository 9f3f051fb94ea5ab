import Model

/// A valid configuration: every name refers to something, every value is within its bounds.
public struct Configuration: Hashable, Sendable {
  public var node: NodeName?  // nil: the host's name
  public var marks: MarkSpace
  public var damping: Damping?  // of groups that do not say it themselves; nil: off
  public var hooks: [Hook]  // of every group, beside its own
  public var uplinks: [Uplink]  // file order, as are the others
  public var checks: [CheckDefinition]  // inline checks too, named after their place
  public var bonds: [Bond]
  public var nodes: [Node]  // which share the file; none: this machine stands alone
  public var cluster: Cluster?  // nil: nodes know of each other by VRRP alone
  public var process: ProcessSettings
  public var resolv: NameServers.Place?  // where resolvers are told to programs; nil: nowhere
  public var groups: [Group]

  public init(
    node: NodeName? = nil, marks: MarkSpace = .standard, damping: Damping? = .standard,
    hooks: [Hook] = [], uplinks: [Uplink] = [], checks: [CheckDefinition] = [], bonds: [Bond] = [],
    nodes: [Node] = [], cluster: Cluster? = nil, process: ProcessSettings = ProcessSettings(),
    resolv: NameServers.Place? = nil, groups: [Group] = []
  ) {
    self.node = node
    self.marks = marks
    self.damping = damping
    self.hooks = hooks
    self.uplinks = uplinks
    self.checks = checks
    self.bonds = bonds
    self.nodes = nodes
    self.cluster = cluster
    self.process = process
    self.resolv = resolv
    self.groups = groups
  }

  /// All that is kept up: first the bonds, for what is above them needs them.
  public var kept: [Group] { bonds.isEmpty ? groups : bonds.map(\.group) + groups }

  /// Those that hold routes, each in a table of its own.
  public var routeGroups: [Group] { groups.filter { $0.holding.route != nil } }

  /// Those of the routes, IPv4 first.
  public var families: [Family] {
    Family.allCases.filter { family in groups.contains { $0.holding.family == family } }
  }

  public func uplink(_ name: UplinkName) -> Uplink? {
    uplinks.first { $0.name == name }
  }

  /// As a node has them.
  public func uplinks(of node: NodeName) -> [Uplink] {
    let own = self.node(node)?.uplinks ?? []
    return uplinks.map { uplink in own.first { $0.name == uplink.name } ?? uplink }
  }

  /// The same for every node, told from where one stands: its uplinks are the file's, and those of the
  /// others are what they have otherwise.
  public func seen(from node: NodeName) -> Configuration {
    guard nodes.contains(where: { !$0.uplinks.isEmpty }) else { return self }
    var seen = self
    seen.uplinks = uplinks(of: node)
    for index in nodes.indices {
      seen.nodes[index].uplinks = uplinks(of: nodes[index].name).filter {
        !seen.uplinks.contains($0)
      }
    }
    return seen
  }

  /// As this machine has it, which its file or its name calls a node, and with all that follows.
  public func here(on host: NodeName) -> Configuration {
    seen(from: node ?? host).withWaysOfBonds()
  }

  public func member(named text: String) -> MemberID? {
    kept.lazy.flatMap(\.members).map(\.id).first { $0.text == text }
  }

  public func node(_ name: NodeName) -> Node? {
    nodes.first { $0.name == name }
  }

  public func check(_ name: CheckName) -> CheckDefinition? {
    checks.first { $0.name == name }
  }

  /// Who says whether an uplink is healthy, as a member of a group; nil: being usable is enough.
  public func judge(of uplink: Uplink, in group: Group) -> Judge? {
    .both(group.judge, uplink.judge)
  }

  public func judge(of member: MemberID, in group: Group) -> Judge? {
    guard case .uplink(let name) = member, let uplink = uplink(name) else { return group.judge }
    return judge(of: uplink, in: group)
  }

  /// The checks that are asked for that, each once: those with a target of the group's family.
  public func checks(of uplink: Uplink, in group: Group) -> [CheckDefinition] {
    checks(judge(of: uplink, in: group), in: group)
  }

  public func checks(of member: MemberID, in group: Group) -> [CheckDefinition] {
    checks(judge(of: member, in: group), in: group)
  }

  private func checks(_ judge: Judge?, in group: Group) -> [CheckDefinition] {
    (judge?.checks ?? []).compactMap(check)
      .filter { !$0.targets(group.holding.judgedFamily).isEmpty }
  }

  /// Why a machine of that name cannot run it; nil: it can.
  public func unrunnable(on host: NodeName) -> String? {
    guard !nodes.isEmpty, node(node ?? host) == nil else { return nil }
    return "`nodes` are \(nodes.map(\.name.text.shown).spoken("and")), and this machine is "
      + "\((node ?? host).text.shown); say by `node:` which of them it is, or add it"
  }

  /// The links whose carrier decides who holds, each once or more.
  public var watchedLinks: [InterfaceName] {
    uplinks.map(\.interface) + bonds.flatMap(\.members) + routerLinks
  }

  /// The links where virtual routers stand, each once.
  public var routerLinks: [InterfaceName] {
    var links: [InterfaceName] = []
    for group in groups {
      for router in group.holding.routers ?? [] where !links.contains(router.id.interface) {
        links.append(router.id.interface)
      }
    }
    return links
  }

  public func group(_ name: GroupName) -> Group? {
    kept.first { $0.name == name }
  }
}
