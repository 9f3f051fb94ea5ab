import Model

/// Which traffic a group is for, as the file gives it.
struct MatchDraft: SectionDraft {
  var incoming: Placed<InterfaceName?>?
  var from: Placed<[Placed<Prefix>]>?
  var to: Placed<[Placed<Prefix>]>?
  var transports: Placed<[Placed<UInt8>]>?
  var fromPorts: Placed<[Placed<ClosedRange<UInt16>>]>?
  var toPorts: Placed<[Placed<ClosedRange<UInt16>>]>?
  var mark: Placed<Selector.Mark?>?

  private static let most = 16

  static let section = Section<MatchDraft>(
    "match",
    "Limits a group to some traffic: of each list one must fit, and all that is named. Groups "
      + "with it come before those without, in the order of the file.",
    chapter: "groups.NAME.match",
    [
      Key(
        "in", \.incoming, Form.interface.optional, .means(nil, "any"),
        "The interface that packets came in by; `lo` is what this machine sends itself."),
      Key(
        "from", \.from, Form<Prefix>.network.oneOrList(atMost: most), .means([], "any"),
        "Where packets come from: an address or a network."),
      Key(
        "to", \.to, Form<Prefix>.network.oneOrList(atMost: most), .means([], "any"),
        "Where packets go: an address or a network."),
      Key(
        "protocol", \.transports, Form<UInt8>.transport.oneOrList(atMost: most),
        .means([], "any; `tcp` and `udp` where ports are named"),
        "The transport protocol, by name or IANA number."),
      Key(
        "from-port", \.fromPorts, Form<ClosedRange<UInt16>>.ports.oneOrList(atMost: most),
        .means([], "any"), "The port that packets come from, or a range such as `10000-20000`."),
      Key(
        "to-port", \.toPorts, Form<ClosedRange<UInt16>>.ports.oneOrList(atMost: most),
        .means([], "any"), "The port that packets go to, or a range."),
      Key(
        "mark", \.mark, Form<Selector.Mark>.mark.optional, .means(nil, "any"),
        "The packet mark that a firewall set, perhaps with a mask: `0x10/0xff`."),
    ])
}

extension MatchDraft {
  init(_ match: TrafficMatch) {
    incoming = Placed(match.incoming)
    from = Placed(match.from.map { Placed($0) })
    to = Placed(match.to.map { Placed($0) })
    transports = Placed(match.transports.map { Placed($0) })
    fromPorts = Placed(match.fromPorts.map { Placed($0) })
    toPorts = Placed(match.toPorts.map { Placed($0) })
    mark = Placed(match.mark)
  }

  /// Nil when a field is broken, of which the findings already tell.
  var match: TrafficMatch? {
    guard let incoming, let from, let to, let transports, let fromPorts, let toPorts, let mark
    else { return nil }
    let namesPorts = !(fromPorts.value.isEmpty && toPorts.value.isEmpty)
    let named = transports.value.map(\.value)
    return TrafficMatch(
      incoming: incoming.value, from: from.value.map(\.value), to: to.value.map(\.value),
      transports: named.isEmpty && namesPorts ? [6, 17] : named,
      fromPorts: fromPorts.value.map(\.value), toPorts: toPorts.value.map(\.value),
      mark: mark.value)
  }
}
