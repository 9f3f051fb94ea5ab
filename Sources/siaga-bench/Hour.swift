import Client
import Lab
import Model

/// An hour of the seed's configuration, probed a hundred times a second: what does not grow, and
/// what does not move, while nothing happens to it. It is measured beside the others.
struct Hour: Measurement {
  let name = "hour"
  let occasion = Occasion.beside
  /// Until then what is allocated once has been: each kind of answer, table and buffer.
  private let warmUp = 2

  /// The daemon at the end of a minute.
  private struct Minute {
    let memory: Double
    let descriptors: Int
    let switches: Int
    let sent: Int
    let lost: Int
  }

  func measure(_ setting: Setting) async throws -> [Row] {
    let configuration = SeedConfiguration(
      check: SeedConfiguration.Check(
        every: .milliseconds(10), timeout: .milliseconds(10), fall: 3, rise: 2))
    let watched = try await Watched(setting.executable, configuration)
    return try await finally(watched.end) {
      watched.stream.stop()
      let start = Moment.now
      var minutes: [Minute] = []
      for number in 1...setting.minutes + warmUp {
        try await Task.sleep(for: start + .seconds(60 * number) - .now)
        let minute = try await look(watched)
        setting.tell(text(minute, number))
        if number >= warmUp { minutes.append(minute) }
      }
      return rows(minutes, setting)
    }
  }

  private func look(_ watched: Watched) async throws -> Minute {
    let pid = watched.daemon.program.pid
    // Before it is asked: the question is a connection, which may close a little later.
    let memory = try Cost.residentMegabytes(pid)
    let descriptors = try Directory.names(in: "/proc/\(pid)/fd").count
    let status = try await watched.client.status()
    let checks = status.groups.flatMap(\.members).flatMap(\.checks)
    return Minute(
      memory: memory,
      descriptors: descriptors,
      switches: status.groups.map(\.switches).reduce(0, +),
      sent: checks.map(\.sent).reduce(0, +),
      // What is on its way when we look was not answered either.
      lost: checks.map { $0.sent - $0.answered }.reduce(0, +))
  }

  private func text(_ minute: Minute, _ number: Int) -> String {
    "minute \(number): \(Series.Unit.megabytes.text(minute.memory)), \(minute.descriptors)"
      + " descriptors, \(minute.switches) switches, \(minute.sent) probes,"
      + " \(minute.lost) not answered"
  }

  /// Of the minutes after the warm-up, the first of which is what the others are held against.
  private func rows(_ minutes: [Minute], _ setting: Setting) -> [Row] {
    let (first, last) = (minutes[0], minutes[minutes.count - 1])
    let what = "\(setting.minutes) min of `every: 10ms`, \(last.sent) probes"
    return [
      Row(
        what: "\(what): growth of memory (RSS)",
        series: Series(minutes.map { $0.memory - first.memory }, .megabytes),
        target: Row.Target(text: "within 1 MB") { abs($0.percentile(1)) <= 1 && $0.worst <= 1 },
        peers: []),
      Row(
        what: "The same: growth of descriptors",
        series: Series(minutes.map { Double($0.descriptors - first.descriptors) }, .descriptors),
        target: Row.Target(text: "none") { $0.worst <= 0 }, peers: []),
      Row(
        what: "The same: switches, though nothing failed",
        series: Series([Double(last.switches - first.switches)], .switches),
        target: Row.Target(text: "none") { $0.worst == 0 }, peers: []),
    ]
  }
}
