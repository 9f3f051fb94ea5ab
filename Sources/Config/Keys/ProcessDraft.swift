import Model

/// What becomes of the daemon's memory when the machine is short of it.
enum MemoryUse: String, CaseIterable, Sendable {
  case pageable, locked
}

/// The daemon itself, as a process among others.
struct ProcessDraft: SectionDraft {
  var realtime: Placed<Int?>?
  var memory: Placed<MemoryUse>?

  static let section = Section<ProcessDraft>(
    "process",
    "How the daemon stands among the machine's other processes: for advertisements and heartbeats "
      + "of 10 ms on a machine that is busy.",
    chapter: "process",
    [
      Key(
        "realtime", \.realtime, Form.number(1...50).optional, .means(nil, "as other processes"),
        "The real-time priority (SCHED_FIFO) of the one thread that decides: it runs before all "
          + "that has none. Hooks and other programs do not have it. Whenever it runs for 0.5 s "
          + "without a pause it stands behind with the others for 10 s."),
      Key(
        "memory", \.memory, .words(), .default(.pageable),
        "With `locked` what the daemon has once used stays in memory, however short of it the "
          + "machine is."),
    ])
}

extension ProcessDraft {
  init(_ settings: ProcessSettings) {
    realtime = Placed(settings.realtime)
    memory = Placed(settings.locksMemory ? .locked : .pageable)
  }

  /// Of what is broken the findings already tell.
  var settings: ProcessSettings {
    ProcessSettings(realtime: realtime?.value ?? nil, locksMemory: memory?.value == .locked)
  }
}
