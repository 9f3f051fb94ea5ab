import Model

/// The network as a picture of five lines: which way the packets go, and how each way is.
///
///                             isp1  holds the route  up, answers in 0.1 ms
///                         ┏━━━ ether1 ━━━━━━━━━━━━━ 10.10.1.1 ━━━━━━┓
///     client ━━━ gateway ━┩                                         ┡━ internet
///                         └─── ether2 ───────────── 10.20.1.1 ──────┘
///                             isp2  ready  up, answers in 0.1 ms
struct Topology {
  let scene: Scene
  let setting: Setting
  let carrying: Part?  // by the sources of the packets that arrive
  let terminal: Terminal

  private static let fork = 24
  private static let join = 66

  var lines: [StyledLine] {
    let (upper, lower) = (setting.paths[0], setting.paths[1])
    return [
      report(upper.part), line(upper, ("┏", "┓"), ("┌", "┐")), trunk,
      line(lower, ("┗", "┛"), ("└", "┘")), report(lower.part),
    ]
  }

  /// The line from one end to the other, with the joints of both ways.
  private var trunk: StyledLine {
    let tint = carrying?.tint ?? .bad
    let wire: Wire = carrying == nil ? .broken : .live
    let (left, right) =
      switch (terminal.alphabet, carrying) {
      case (.ascii, _): ("+", "+")
      case (.boxes, nil): ("┤", "├")
      case (.boxes, setting.paths[0].part): ("┩", "┡")
      case (.boxes, _): ("┪", "┢")
      }
    let harm = scene.harm[setting.middle]
    var line = StyledLine("  \(setting.start) ", .strong)
    line.add(stretch(wire, Self.fork - 6 - setting.start.count - setting.hub.count), tint)
    line.add(" \(setting.hub) ", harm != nil && setting.middle == .gateway ? .bad : .strong)
    line.add(stretch(wire, 1) + left, tint)
    line.add(harm.map { "   \($0)" } ?? "", .bad)
    line.pad(to: Self.join)
    line.add(right + stretch(wire, 1), tint)
    line.add(" \(setting.end.name) ", .strong)
    if line.width + 12 <= terminal.columns { line.add(setting.end.address, .faint) }
    return line
  }

  private enum Wire { case live, ready, broken }

  private func line(
    _ path: Setting.Path, _ heavy: (left: String, right: String),
    _ light: (left: String, right: String)
  ) -> StyledLine {
    let part = path.part
    let wire: Wire = carrying == part ? .live : isWhole(part) ? .ready : .broken
    let corners = terminal.alphabet == .ascii ? ("+", "+") : wire == .live ? heavy : light
    let tint: Tint =
      switch wire {
      case .live: part.tint
      case .ready: .faint
      case .broken: .bad
      }
    let label: Tint = wire == .live ? .strong : .plain
    let mark = wire == .broken && scene.harm[part] != nil ? " x " : stretch(wire, 3)
    var line = StyledLine()
    line.pad(to: Self.fork)
    line.add(corners.0 + stretch(wire, 3), tint)
    line.add(" \(path.near) ", label)
    line.add(stretch(wire, 5) + mark + stretch(wire, 5), tint)
    if let far = path.far ?? (scene.holders.contains(part) ? setting.address : nil) {
      line.add(" \(far) ", path.far == nil ? .strong : label)
    }
    line.add(stretch(wire, Self.join - line.width) + corners.1, tint)
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

  private func isWhole(_ part: Part) -> Bool {
    guard scene.harm[part] == nil else { return false }
    return member(part).map { $0.usable && $0.health != .down } ?? true
  }

  /// As its own daemon sees it: that of the router, or of the gateway.
  private func member(_ part: Part) -> MemberStatus? {
    let status = scene.statuses[part] ?? scene.statuses[.gateway]
    return status?.groups.first?.members.first { $0.name == part.rawValue }
  }

  /// What we did to the way, and what the daemon thinks of it.
  private func report(_ part: Part) -> StyledLine {
    var line = StyledLine()
    line.pad(to: Self.fork + 4)
    line.add(part.rawValue, part.tint)
    line.add("  ")
    if let harm = scene.harm[part] { line.add("\(harm)  ", .bad) }
    let isHolding = scene.holders.contains(part)
    if isHolding, let address = setting.address { line.add("has \(address)  ", .strong) }
    guard let member = member(part) else {
      // Of a router that we harmed, its own daemon least of all.
      if setting.address == nil || scene.harm[part] == nil {
        line.add("daemon does not answer", .warning)
      }
      return line
    }
    if setting.address == nil || !isHolding, isHolding || isWhole(part) {
      line.add(isHolding ? "\(setting.holding)  " : "ready  ", isHolding ? .strong : .faint)
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
