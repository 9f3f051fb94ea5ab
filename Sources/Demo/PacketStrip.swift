import Lab

/// The last seconds of packets, a cell for each span of time, with what was done above them.
struct PacketStrip {
  let stream: PacketStream
  let scene: Scene
  let setting: Setting
  let width: Int
  let alphabet: Terminal.Alphabet

  /// Packets younger than this may still be on their way.
  private static let transit = Duration.milliseconds(10)

  /// What was done, the packets, and their sums.
  var lines: [StyledLine] {
    let spans = spans
    var packets = StyledLine("  ")
    for (start, end) in spans {
      let (glyph, tint) = face(stream.report(from: start, to: end), at: end)
      packets.add(glyph, tint)
    }
    return [marks(spans), packets, legend]
  }

  /// The way the newest packets took; nil when none arrived.
  var carrying: Part? {
    let end = Moment.now - Self.transit
    let sources = stream.report(from: end - .milliseconds(60), to: end).sources
    let most = sources.max { ($0.value, $0.key) < ($1.value, $1.key) }
    return most.flatMap { setting.sources[$0.key] ?? scene.holders.first }
  }

  /// Cells keep their borders while time moves on, so that the strip runs instead of flickering.
  private var spans: [(Moment, Moment)] {
    let size = setting.cell.wholeNanoseconds
    let newest = (Moment.now - Self.transit).nanoseconds / size
    return (0..<width).map { index in
      let number = newest - Int64(width - index)
      return (
        Moment(nanoseconds: number * size), Moment(nanoseconds: (number + 1) * size)
      )
    }
  }

  private func face(_ report: StreamReport, at moment: Moment) -> (String, Tint) {
    guard report.sent > 0 else { return (" ", .plain) }
    guard report.arrived > 0 else { return (alphabet == .boxes ? "·" : ".", .bad) }
    guard report.lost == 0 else { return (alphabet == .boxes ? "▄" : "-", .warning) }
    let most = report.sources.max { $0.value < $1.value }
    let part = most.flatMap { setting.sources[$0.key] ?? scene.holder(at: moment) }
    let shown = part ?? setting.paths[0].part
    return (shown.sign(alphabet), part?.tint ?? .good)
  }

  /// A tick over the cell in which something was done, and a label beside it: on the left while
  /// there is no room on the right. A later label covers an earlier one.
  private func marks(_ spans: [(Moment, Moment)]) -> StyledLine {
    var row = Array(repeating: Character(" "), count: width)
    for entry in scene.entries where entry.kind == .act {
      guard let column = spans.firstIndex(where: { $0.0 <= entry.at && entry.at < $0.1 }) else {
        continue
      }
      let tick = alphabet == .boxes ? "╷" : "|"
      let fits = column + entry.text.count + 2 <= width
      let label = fits ? tick + entry.text + " " : " " + entry.text + tick
      let start = fits ? column : column - entry.text.count - 1
      for (offset, letter) in label.enumerated() where row.indices.contains(start + offset) {
        row[start + offset] = letter
      }
    }
    return StyledLine("  " + String(row), .warning)
  }

  private var legend: StyledLine {
    let whole = stream.report(from: scene.startedAt, to: .now - Self.transit)
    var line = StyledLine("  ")
    for part in setting.paths.map(\.part) {
      line.add("\(part.sign(alphabet)) \(part.rawValue) ", part.tint)
    }
    line.add(alphabet == .boxes ? "▄ some lost " : "- some lost ", .warning)
    line.add(alphabet == .boxes ? "· all lost" : ". all lost", .bad)
    line.pad(to: 42)
    line.add("\(whole.sent) sent, \(whole.arrived) arrived, ")
    line.add("\(whole.lost) lost", whole.lost == 0 ? .good : .strong)
    return line
  }
}
