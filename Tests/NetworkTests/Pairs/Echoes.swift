import Lab
import Testing

/// A thousand pings a second to an address that moves: what nobody answers is lost.
struct Echoes {
  private let scratch: ScratchDirectory
  private let program: Program

  /// Begins; they have gone out for a moment when it returns.
  init(to address: String, from host: Namespace, count: Int = 2_500) throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    self.scratch = scratch
    program = try Program(
      ["ping", "-q", "-i", "0.001", "-W", "1", "-c", "\(count)", address], in: host,
      log: scratch.file("ping"))
    let begun = Moment.now
    try waitUntil("pings run", within: .seconds(5)) {
      try scratch.read("ping").contains("bytes of data") && Moment.now - begun > .milliseconds(200)
    }
  }

  /// Waits for the last of them.
  func lost() throws -> Int {
    guard program.wait(atMost: .seconds(30)) != nil else {
      throw LabError.timedOut("ping", after: .seconds(30))
    }
    let words = try scratch.read("ping").split(separator: " ")
    let sent = try #require(words.firstIndex(of: "packets").flatMap { Int(number(words[$0 - 1])) })
    let place = try #require(words.firstIndex { $0.hasPrefix("received") })
    return sent - (try #require(Int(words[place - 1])))
  }

  private func number(_ word: Substring) -> Substring {
    word.split(separator: "\n").last ?? word
  }
}
