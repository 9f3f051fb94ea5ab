import Model

/// The seed's network as a picture of five lines: which way the packets go, and how each link
/// is.
///
///                             isp1  holds the route  up, answers in 0.1 ms
///                         ┏━━━ ether1 ━━━━━━━━━━━━━ 10.10.1.1 ━━━━━━┓
///     client ━━━ gateway ━┩                                         ┡━ internet
///                         └─── ether2 ───────────── 10.20.1.1 ──────┘
///                             isp2  ready  up, answers in 0.1 ms
struct Topology {
  let scene: Scene
  let carrying: Link?  // by the sources of the packets that arrive
  let terminal: Terminal

  private static let fork = 24
  private static let join = 66

  var lines: [StyledLine] {
    [
      report(.isp1), path(.isp1, ("┏", "┓"), ("┌", "┐")), trunk,
      path(.isp2, ("┗", "┛"), ("└", "┘")), report(.isp2),
    ]
  }

  /// The line from client to Internet, with the joints of both paths.
  private var trunk: StyledLine {
    let tint = carrying.map(Tint.of) ?? .bad
    let wire: Wire = carrying == nil ? .broken : .live
    let (left, right) =
      switch (terminal.alphabet, carrying) {
      case (.ascii, _): ("+", "+")
      case (.boxes, .isp1): ("┩", "┡")
      case (.boxes, .isp2): ("┪", "┢")
      case (.boxes, nil): ("┤", "├")
      }
    var line = StyledLine("  client ", .strong)
    line.add(stretch(wire, 5), tint)
    line.add(" gateway ", scene.isDaemonDead ? .bad : .strong)
    line.add(stretch(wire, 1) + left, tint)
    line.add(scene.isDaemonDead ? "   its daemon is dead" : "", .bad)
    line.pad(to: Self.join)
    line.add(right + stretch(wire, 1), tint)
    line.add(" internet ", .strong)
    if line.width + 12 <= terminal.columns { line.add("203.0.113.10", .faint) }
    return line
  }

  private enum Wire { case live, ready, broken }

  private func path(
    _ link: Link, _ heavy: (left: String, right: String), _ light: (left: String, right: String)
  ) -> StyledLine {
    let (interface, gateway) = link == .isp1 ? ("ether1", "10.10.1.1") : ("ether2", "10.20.1.1")
    let wire: Wire = carrying == link ? .live : isWhole(link) ? .ready : .broken
    let corners = terminal.alphabet == .ascii ? ("+", "+") : wire == .live ? heavy : light
    let tint: Tint =
      switch wire {
      case .live: .of(link)
      case .ready: .faint
      case .broken: .bad
      }
    let label: Tint = wire == .live ? .strong : .plain
    let mark = wire == .broken && scene.harm[link] != nil ? " x " : stretch(wire, 3)
    var line = StyledLine()
    line.pad(to: Self.fork)
    line.add(corners.0 + stretch(wire, 3), tint)
    line.add(" \(interface) ", label)
    line.add(stretch(wire, 5) + mark + stretch(wire, 5), tint)
    line.add(" \(gateway) ", label)
    line.add(stretch(wire, 6) + corners.1, tint)
    return line
  }

  private func stretch(_ wire: Wire, _ length: Int) -> String {
    let piece =
      switch (terminal.alphabet, wire) {
      case (.boxes, .live): "━"
      case (.boxes, .ready): "─"
      case (.boxes, .broken): "╌"
      case (.ascii, .live): "="
      case (.ascii, .ready): "-"
      case (.ascii, .broken): "."
      }
    return String(repeating: piece, count: length)
  }

  private func isWhole(_ link: Link) -> Bool {
    guard scene.harm[link] == nil else { return false }
    return member(link).map { $0.usable && $0.health != .down } ?? true
  }

  private func member(_ link: Link) -> MemberStatus? {
    scene.status?.groups.first?.members.first { $0.name == link.rawValue }
  }

  /// What we did to the link, and what the daemon thinks of it.
  private func report(_ link: Link) -> StyledLine {
    var line = StyledLine()
    line.pad(to: Self.fork + 4)
    line.add(link.rawValue, .of(link))
    line.add("  ")
    if let harm = scene.harm[link] { line.add("\(harm)  ", .bad) }
    guard let member = member(link) else {
      line.add("daemon does not answer", .warning)
      return line
    }
    let holds = scene.status?.groups.first?.active == [link.rawValue]
    if holds || isWhole(link) {
      line.add(holds ? "holds the route  " : "ready  ", holds ? .strong : .faint)
    }
    let (text, tint) = Self.condition(member)
    line.add(text, tint)
    return line
  }

  private static func condition(_ member: MemberStatus) -> (String, Tint) {
    if let obstacle = member.obstacles.first { return (obstacle.sentence, .bad) }
    switch member.health {
    case .up:
      let rtt = member.checks.first?.rttMs.map { Duration.nanoseconds(Int64($0 * 1_000_000)) }
      return ("up" + (rtt.map { ", answers in \($0.spoken)" } ?? ""), .good)
    case .down: return ("down, does not answer", .bad)
    case .unknown: return ("not judged yet", .warning)
    }
  }
}
