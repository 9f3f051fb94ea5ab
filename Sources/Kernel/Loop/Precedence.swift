import CLinux
import Model

/// What the loop's thread has before other processes, as far as the kernel grants it. To be used on
/// that thread alone.
public struct Precedence {
  /// What is not granted, in words; nil: nothing is.
  public private(set) var realtimeTrouble: String?
  public private(set) var memoryTrouble: String?
  /// When it has to be asked for again.
  public private(set) var next: Instant?

  private var settings = ProcessSettings()

  /// So long it may run without a pause, and so long it stands behind with the others after that.
  private static let longestRun = Duration.milliseconds(500)
  private static let penance = Duration.seconds(10)

  public init() {}

  /// Asks for what is wanted, where that changed or is due.
  /// - Returns: whether there is news of it.
  public mutating func tend(_ wanted: ProcessSettings, at now: Instant) -> Bool {
    var hasNews = false
    if wanted.realtime != settings.realtime || next.map({ $0 <= now }) ?? false {
      next = nil
      setRealtime(wanted.realtime)
      hasNews = true
    } else if wanted.realtime != nil, next == nil, siaga_realtime_overran() != 0 {
      next = now + Self.penance
      realtimeTrouble =
        "the daemon ran for \(Self.longestRun.spoken) without a pause, and stands behind with other "
        + "processes for \(Self.penance.spoken) (`process: realtime`); is it flooded?"
      hasNews = true
    }
    if wanted.locksMemory != settings.locksMemory {
      setMemory(locked: wanted.locksMemory)
      hasNews = true
    }
    settings = wanted
    return hasNews
  }

  private mutating func setRealtime(_ priority: Int?) {
    realtimeTrouble = nil
    guard let priority else { return siaga_realtime_end() }
    let most = Self.longestRun.nanoseconds / 1_000
    let result = siaga_realtime_begin(Int32(priority), most)
    guard result < 0 else { return }
    realtimeTrouble =
      "the kernel refuses real-time priority \(priority) (\(ErrorName.of(-result))), and the daemon "
      + "runs as others do; set LimitRTPRIO=\(priority) in its service, or remove `process: realtime`"
  }

  private mutating func setMemory(locked: Bool) {
    memoryTrouble = nil
    guard locked else { return siaga_memory_unlock() }
    let result = siaga_memory_lock()
    guard result < 0 else { return }
    memoryTrouble =
      "the kernel refuses to lock the daemon's memory (\(ErrorName.of(-result))); set "
      + "LimitMEMLOCK=infinity in its service, or remove `process: memory`"
  }
}
