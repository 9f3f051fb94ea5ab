import Lab
import Model

/// The whole picture: always the same number of lines while the demo runs, so that it can be
/// redrawn in place. In the end it leaves the results to the table that follows.
struct Picture {
  static let minimumColumns = 80
  static let maximumColumns = 100
  static let minimumRows = 23
  static let maximumRows = 30

  let scene: Scene
  let strip: PacketStrip
  let setting: Setting
  let terminal: Terminal

  var lines: [StyledLine] {
    let network = Topology(
      scene: scene, setting: setting, carrying: strip.carrying, terminal: terminal)
    let top =
      [heading, .empty] + network.lines + [.empty] + strip.lines + [.empty]
    let left = max(4, terminal.rows - top.count)
    let shownDecisions = min(5, max(1, left / 3 - 1))
    guard !scene.isOver else { return top + decisions(shownDecisions) }
    let body =
      decisions(shownDecisions) + [.empty] + results(left - shownDecisions - 2)
    return Self.exactly(terminal.rows, top + body)
  }

  private var heading: StyledLine {
    var line = StyledLine("  siaga demo ", .strong)
    if terminal.columns >= 92 {
      line.add(" \(setting.title)", .faint)
      line.pad(to: 56)
    }
    line.add(scene.doing, scene.harm.isEmpty ? .good : .bad)
    line.pad(to: terminal.columns - 9)
    line.add(Self.clock(Moment.now - scene.startedAt), .faint)
    return line
  }

  private func decisions(_ count: Int) -> [StyledLine] {
    let shown = scene.decisions.suffix(count).map { told in
      var line = StyledLine("  \(told.decision.at.dropFirst(11).prefix(12)) ", .faint)
      line.add(setting.sentence(told).fitted(to: terminal.columns - 18))
      return line
    }
    return [StyledLine("  decisions", .faint)] + Self.exactly(count, shown)
  }

  /// The heading and as many of the newest results as fit.
  private func results(_ count: Int) -> [StyledLine] {
    let lines = Table(results: scene.results).lines
    return Array(lines.prefix(1) + lines.dropFirst().suffix(max(0, count - 1)))
  }

  private static func exactly(_ count: Int, _ lines: [StyledLine]) -> [StyledLine] {
    Array(lines.prefix(count)) + Array(repeating: .empty, count: max(0, count - lines.count))
  }

  static func clock(_ duration: Duration) -> String {
    let tenths = Int(duration.milliseconds / 100)
    let (minutes, seconds) = (tenths / 600, tenths / 10 % 60)
    return "\(minutes):\(seconds < 10 ? "0" : "")\(seconds).\(tenths % 10)"
  }
}
