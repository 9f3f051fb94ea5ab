import Model

/// A group, as the file gives it.
struct GroupDraft: SectionDraft {
  var route: Placed<Prefix?>?
  var addresses: Placed<[Placed<VirtualAddressDraft>]>?
  var needs: Placed<[Placed<String>]>?
  var match: Placed<MatchDraft?>?
  var tiers: Placed<[[Seat]]>?
  var want: Placed<Int>?
  var judges: Placed<[Placed<CheckUse>]>?  // none: being usable is enough
  var failback: Placed<Failback>?
  var damping: Placed<DampingUse?>?
  var flows: Placed<FlowsUse?>?
  var lastResort: Placed<LastResort>?
  var hooks: Placed<[Hook]>?

  static let section = Section<GroupDraft>(
    "group",
    "Something that is held by the first tier with an eligible member: a route, held by uplinks, or "
      + "addresses, held by nodes.",
    chapter: "groups.NAME",
    later: ["data", "listen", "services", "sessions"],
    [
      Key(
        "route", \.route, Form.route.optional,
        .alternative(nil, to: ["route", "addresses"], later: ["listen"]),
        "What the group holds: the default route of IPv4 or (`default6`) of IPv6, or the route to "
          + "one network."),
      Key(
        "addresses", \.addresses,
        VirtualAddressDraft.section.form.oneOrList(atMost: VirtualAddressDraft.most),
        .alternative([], to: ["route", "addresses"], later: ["listen"]),
        "The group holds these addresses, all on one node at a time, by VRRP. Its members are "
          + "nodes; `match`, `want`, `flows` and `last-resort` are for routes."),
      Key(
        "needs", \.needs, Form<String>.name("a group's name").oneOrList(atMost: 16),
        .means([], "none"),
        "Groups that must be well on a node that is to hold these addresses: while one of them is "
          + "degraded or down there, another node is better."),
      Key(
        "match", \.match, MatchDraft.section.form.optional,
        .means(nil, "all traffic that no earlier group takes"),
        "To which traffic the group is limited."),
      Key(
        "tiers", \.tiers, .tiers, .required,
        "Who may hold it, the best tier first. Members of one tier share the traffic by weight; "
          + "a single name is a tier of one."),
      Key(
        "want", \.want, .number(1...Ours.maximumUplinks), .default(1),
        "How many active members are enough; while the best tier has fewer, later tiers lend "
          + "theirs. At most the number of members."),
      Key(
        "check", \.judges, .judges, .means([], "none: being usable is enough"),
        "Who says whether a member is healthy: the name of a check, a check written here, or "
          + "several of which so many must be up; in a list it is all. One may stand inside the "
          + "other, up to \(CheckUse.deepest) deep, with \(CheckUse.mostChecks) checks in all. An "
          + "uplink's own `check` counts besides. Of nodes each asks itself, by `exec` or `file`."),
      Key(
        "failback", \.failback, .failback, .default(.auto),
        "When a better tier gets the route back from a worse one: at once, when `siaga failback` "
          + "says so, or after a while and between hours of the day."),
      Key(
        "damping", \.damping, Form.damping.optional, .means(nil, "as at the top level"),
        "What holds back a member that goes and comes, so that it does not move the route each "
          + "time."),
      Key(
        "flows", \.flows, Form.flows.optional,
        .means(nil, "`move`; `stay` when several members can be active"),
        "What becomes of the forwarded flows of a link that lost the route and lives. `move`: "
          + "those translated to its address end at once, TCP by a reset, and start anew on the "
          + "new link; the others go on by the new link. `drain`: they finish on their own link, "
          + "and only new ones take the new. `stay` does the same, and is the word where links "
          + "share. Flows of a link that dies end, also when it had been left before. Of a link "
          + "that has another group's flows too, only those of this group end, told by "
          + "addresses, protocol and ports. By which interface a flow came in, and with which "
          + "mark, the kernel does not remember: a flow that only `in` or `mark` would tell from "
          + "another group's is left alone, so with `nat: ADDRESS` match by `from` rather than "
          + "`in`. The router's own connections keep the address, and so the link, that they "
          + "were opened with."),
      Key(
        "last-resort", \.lastResort, .words(), .default(.main),
        "What becomes of the traffic while the group holds nothing: with `main` it goes on to "
          + "the groups after this one and to the system's own routes; with `unreachable` it is "
          + "refused with a word, with `blackhole` it vanishes, and no packet ever slips past."),
      Key(
        "on-change", \.hooks, .hooks, .means([], "none"),
        "Programs that are told when this group has changed, beside those of the top level."),
    ])
}

extension GroupDraft {
  init(_ group: Group) {
    switch group.holding {
    case .route(let prefix):
      route = Placed(prefix)
      addresses = Placed([])
    case .addresses(let routers):
      route = Placed(nil)
      addresses = Placed(routers.flatMap { VirtualAddressDraft.drafts($0) })
    case .bond(let bond):
      preconditionFailure("\(bond.name) stands under `bonds`")
    }
    needs = Placed(group.needs.map { Placed($0.text) })
    match = Placed(group.match.map { MatchDraft($0) })
    let tiers = Dictionary(grouping: group.members, by: \.tier).sorted { $0.key < $1.key }
    self.tiers = Placed(tiers.map { $0.value.map { Seat(Placed($0.id.text), weight: $0.weight) } })
    want = Placed(group.want)
    judges = Placed(group.judge?.uses ?? [])
    failback = Placed(group.failback)
    damping = Placed(DampingUse(group.damping))
    flows = Placed(FlowsUse(group.flows))
    lastResort = Placed(group.lastResort)
    hooks = Placed(group.hooks)
  }
}
