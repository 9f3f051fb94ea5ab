import Dispatch
import Engine
import FoundationEssentials
import Glibc
import Kernel
import Logging
import Model
import Synchronization

/// Pins, drains, damping, what hooks were told, and numbers on disk, so that they outlive the
/// daemon. Written off the loop; what cannot be written now is tried again, until something newer
/// is there to be written.
final class MemoryFile: Sendable {
  private static let pause = Duration.seconds(2)  // after it could not be written

  private let path: String
  private let logger: Logger
  private let tell: @Sendable (String?) -> Void
  private let queue = DispatchQueue(label: "siaga.memory")
  private let waiting = Mutex<Record?>(nil)  // the newest: what is older need not be written

  /// - Parameter tell: called off the loop after each attempt to write: why it failed, or nil.
  init(path: String, logger: Logger, tell: @escaping @Sendable (String?) -> Void) {
    self.path = path
    self.logger = logger
    self.tell = tell
  }

  /// What was remembered; a file that cannot be read or understood is set aside, and said once.
  /// What was remembered before a trial that nobody has confirmed goes before what came after.
  func load() -> Memory {
    if access(beforeTrial, F_OK) == 0 {
      logger.notice(
        "a configuration was on trial when siaga ended, and nobody had confirmed it: all is as it was before"
      )
      if rename(beforeTrial, path) != 0 {
        logger.warning("\(beforeTrial) could not be put back (\(ErrorName.of(errno)))")
      }
    }
    do {
      guard let bytes = try FileText.load(path) else { return Memory() }
      return try JSONDecoder().decode(Record.self, from: Data(bytes)).memory(Clock.reading)
    } catch {
      let reason = (error as? SystemError)?.description ?? "it is cut off, or not ours"
      let aside = path + ".unreadable"
      let isAside = rename(path, aside) == 0
      logger.warning(
        "\(path) cannot be read, so pins and drains are forgotten (\(reason)); \(isAside ? "it is kept as \(aside)" : "it could not be kept")"
      )
      return Memory()
    }
  }

  private var beforeTrial: String { path + ".before-trial" }

  /// From now on the next start begins with this, whatever is saved meanwhile.
  /// - Returns: why that could not be written down.
  func trialBegins(from memory: Memory) -> String? {
    FileText.replace(beforeTrial, with: Record(memory, Clock.reading).text).map { code in
      "\(SystemError(code: code, what: "write \(beforeTrial)"))"
    }
  }

  func trialEnded() {
    unlink(beforeTrial)
  }

  func save(_ memory: Memory) {
    let record = Record(memory, Clock.reading)
    if waiting.withLock({ $0.replace(with: record) }) == nil { queue.async { self.write() } }
  }

  private func write() {
    guard let record = waiting.withLock({ $0.take() }) else { return }
    guard let code = FileText.replace(path, with: record.text) else { return tell(nil) }
    let failure = SystemError(code: code, what: "store pins, drains and damping in \(path)")
    tell("\(failure); until it can be done, they hold only as long as siaga runs")
    // Unless something newer waits, which has its turn already.
    guard waiting.withLock({ $0.keep(record) }) else { return }
    queue.asyncAfter(deadline: .now() + .nanoseconds(Int(Self.pause.nanoseconds))) { self.write() }
  }

  /// Waits for what is being written, and tries once more what could not be.
  func flush() {
    queue.sync { self.write() }
  }
}

extension Record? {
  /// - Returns: what was there.
  fileprivate mutating func replace(with record: Record) -> Record? {
    defer { self = record }
    return self
  }

  /// - Returns: whether there was nothing.
  fileprivate mutating func keep(_ record: Record) -> Bool {
    guard case nil = self else { return false }
    self = record
    return true
  }
}

/// The file's shape.
private struct Record: Codable {
  struct Pin: Codable {
    let member: String
    let hard: Bool
  }

  /// A monotonic clock starts anew with the machine, so this is by the wall clock.
  struct Unrest: Codable {
    let returns: Int
    let last: Int64  // nanoseconds since 1970
  }

  struct Told: Codable {
    let holders: [String]
    let state: GroupState
  }

  struct Numbers: Codable {
    let uplinks: [String: Int]
    let groups: [String: Int]
  }

  var version = 1
  let pins: [String: Pin]
  let drained: [String]
  let unrest: [String: [String: Unrest]]?  // by group and member; older files have none
  let told: [String: Told]?  // by group; older files have none
  let deprecated: [String]?  // prefixes; older files have none
  let numbers: Numbers

  init(_ memory: Memory, _ clock: ClockReading) {
    pins = Dictionary(
      uniqueKeysWithValues: memory.pins.map {
        ($0.key.text, Pin(member: $0.value.member.stored, hard: $0.value.isHard))
      })
    drained = memory.drained.map(\.stored).sorted()
    unrest = Dictionary(
      uniqueKeysWithValues: memory.unrest.map { group, members in
        let entries = members.map { member, unrest in
          let last = clock.timestamp(of: unrest.last).nanoseconds
          return (member.stored, Unrest(returns: unrest.returns, last: last))
        }
        return (group.text, Dictionary(uniqueKeysWithValues: entries))
      })
    told = Dictionary(
      uniqueKeysWithValues: memory.told.map {
        ($0.key.text, Told(holders: $0.value.holders.map(\.stored), state: $0.value.state))
      })
    deprecated = memory.deprecated.sorted().map(\.description)
    numbers = Numbers(
      uplinks: Dictionary(
        uniqueKeysWithValues: memory.slots.uplinks.map { ($0.key.text, $0.value) }),
      groups: Dictionary(uniqueKeysWithValues: memory.slots.groups.map { ($0.key.text, $0.value) }))
  }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("strings and numbers did not encode")
    }
    return String(decoding: Array(data) + [0x0a], as: UTF8.self)
  }

  func memory(_ clock: ClockReading) -> Memory {
    var memory = Memory()
    for (group, pin) in pins {
      memory.pins[GroupName(group)] = Memory.Pin(
        member: MemberID(stored: pin.member), isHard: pin.hard)
    }
    memory.drained = Set(drained.map { MemberID(stored: $0) })
    for (group, members) in unrest ?? [:] {
      for (member, unrest) in members {
        guard let last = clock.instant(of: Timestamp(nanoseconds: unrest.last)) else { continue }
        memory.unrest[GroupName(group), default: [:]][MemberID(stored: member)] =
          Memory.Unrest(returns: unrest.returns, last: last)
      }
    }
    for (group, told) in told ?? [:] {
      memory.told[GroupName(group)] = Announcement.Told(
        holders: told.holders.map { MemberID(stored: $0) }, state: told.state)
    }
    memory.deprecated = Set((deprecated ?? []).compactMap { InterfaceAddress($0)?.network })
    memory.slots = Slots(
      uplinks: Dictionary(
        uniqueKeysWithValues: numbers.uplinks.map { (UplinkName($0.key), $0.value) }),
      groups: Dictionary(uniqueKeysWithValues: numbers.groups.map { (GroupName($0.key), $0.value) })
    )
    return memory
  }
}

extension MemberID {
  private static let nodePrefix = "node "  // no name has a space

  /// Uplinks by their name alone, as older files have them.
  fileprivate var stored: String {
    switch self {
    case .node(let name): Self.nodePrefix + name.text
    case .uplink, .backend, .port: text
    }
  }

  fileprivate init(stored text: String) {
    self =
      text.hasPrefix(Self.nodePrefix)
      ? .node(NodeName(String(text.dropFirst(Self.nodePrefix.count))))
      : .uplink(UplinkName(text))
  }
}
