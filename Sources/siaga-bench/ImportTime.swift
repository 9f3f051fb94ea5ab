import Lab
import Model

/// How long a large router's export takes to become a file of Siaga's, and how much memory.
struct ImportTime: Measurement {
  let name = "import"

  func measure(_ setting: Setting) async throws -> [Row] {
    let scratch = try ScratchDirectory(tag: "bench")
    try scratch.write(LargeExport.text, to: "export.rsc")
    let namespaces = try Namespace.make(tag: "bench", roles: ["nft"])
    return try await finally({ try Namespace.remove(namespaces) }) {
      try rows(scratch, Ruleset(rules: LargeExport.lines, in: namespaces[0]), setting)
    }
  }

  private func rows(
    _ scratch: ScratchDirectory, _ ruleset: Ruleset, _ setting: Setting
  ) throws -> [Row] {
    var times: [Double] = []
    var loads: [Double] = []
    var peaks: [Double] = []
    for _ in 0..<setting.runs {
      let (time, peak) = try Self.once(setting.executable, scratch)
      times.append(time.milliseconds)
      peaks.append(peak)
      loads.append(try ruleset.load())
    }
    let (time, memory) = (Series(times, .milliseconds), Series(peaks, .megabytes))
    let nft = Series(loads, .milliseconds)
    setting.tell("siaga: \(time.medianText), worst \(time.worstText), \(memory.worstText)")
    let what = "`import routeros` of \(LargeExport.lines) lines"
    return [
      Row(
        what: "\(what), from the spawn to the end", series: time,
        target: Row.Target(text: "≤ 200 ms") { $0.worst <= 200 },
        peers: ["`nft -f` of as many rules: \(nft.medianText)"],
        held: Held("import.time", time.median, beside: nft.median, slack: 20)),
      Row(
        what: "Most memory of the same (RSS)", series: memory,
        target: Row.Target(text: "≤ 50 MB") { $0.worst <= 50 }, peers: [],
        held: Held("import.memory", memory.median, beside: 50, slack: 2)),
    ]
  }

  /// The peak is read each millisecond: what `wait4` tells counts the memory of the program that
  /// started it, too.
  private static func once(
    _ executable: String, _ scratch: ScratchDirectory
  ) throws -> (Duration, peak: Double) {
    let program = try Program(
      [executable, "import", "routeros", scratch.file("export.rsc")], log: scratch.file("log"))
    var peak = 0.0
    while true {
      if let exit = program.wait(atMost: .milliseconds(1)) {
        let time = Moment.now - program.startedAt
        guard exit.isSuccess else {
          throw LabError.failed(
            command: program.arguments.joined(separator: " "), exit: exit,
            output: try scratch.read("log"))
        }
        return (time, peak)
      }
      // It may have ended meanwhile.
      let kilobytes = (try? Proc.field("VmHWM", of: "/proc/\(program.pid)/status")) ?? nil
      peak = kilobytes.flatMap { Double($0) }.map { $0 / 1_024 } ?? peak
    }
  }
}
