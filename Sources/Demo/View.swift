import Lab

/// Shows the board to whoever watches.
protocol View: Sendable {
  /// Until its task is cancelled.
  func show(_ board: Board, _ stream: PacketStream) async
}

/// A picture that is redrawn in place, ten times a second.
struct LivePicture: View {
  let terminal: Terminal
  let setting: Setting

  static let hideCursor = "\u{1b}[?25l"
  static let showCursor = "\u{1b}[?25h"

  func show(_ board: Board, _ stream: PacketStream) async {
    Terminal.write(Self.hideCursor)
    defer { Terminal.write(Self.showCursor) }
    var height = 0
    while true {
      height = draw(board.now, stream, over: height)
      guard !Task.isCancelled else { return }
      do {
        try await Task.sleep(for: .milliseconds(100))
      } catch {
        // Once more, so that the last picture shows the end.
        continue
      }
    }
  }

  /// Draws over so many lines of the picture before; how many lines there are now.
  private func draw(_ scene: Scene, _ stream: PacketStream, over height: Int) -> Int {
    let strip = PacketStrip(
      stream: stream, scene: scene, setting: setting, width: terminal.columns - 4,
      alphabet: terminal.alphabet)
    let picture = Picture(scene: scene, strip: strip, setting: setting, terminal: terminal)
    let lines = picture.lines.map {
      $0.rendered(columns: terminal.columns, colour: terminal.hasColour) + "\u{1b}[K\n"
    }
    let upward = height > 0 ? "\u{1b}[\(height)A\r" : ""
    Terminal.write(upward + lines.joined() + "\u{1b}[J")
    return lines.count
  }
}

/// A line for each thing that happens, without escapes: for pipes, logs and small terminals.
struct PlainLines: View {
  func show(_ board: Board, _ stream: PacketStream) async {
    var shown = 0
    while true {
      let scene = board.now
      for entry in scene.entries.dropFirst(shown) {
        let time = Picture.clock(entry.at - scene.startedAt).padded(to: 8)
        Terminal.write(
          "\(time)\(entry.kind == .act || entry.kind == .note ? "" : "  ")\(entry.text)\n")
      }
      shown = scene.entries.count
      guard !Task.isCancelled else { return }
      do {
        try await Task.sleep(for: .milliseconds(50))
      } catch {
        continue
      }
    }
  }
}
