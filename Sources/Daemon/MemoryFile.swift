import Dispatch
import Engine
import FoundationEssentials
import Kernel
import Logging
import Model
import Synchronization

/// Pins, drains, damping, what hooks were told, and numbers on disk, so that they outlive the
/// daemon. Written off the loop.
final class MemoryFile: Sendable {
  private let path: String
  private let logger: Logger
  private let queue = DispatchQueue(label: "siaga.memory")
  private let waiting = Mutex<Record?>(nil)  // the newest: what is older need not be written

  init(path: String, logger: Logger) {
    self.path = path
    self.logger = logger
  }

  /// What was remembered; a file that cannot be read is set aside, never overwritten.
  func load() -> Memory {
    guard let bytes = FileText.bytes(path) else { return Memory() }
    do {
      return try JSONDecoder().decode(Record.self, from: Data(bytes)).memory(Clock.reading)
    } catch {
      let aside = path + ".unreadable"
      let failure = FileText.replace(aside, with: String(decoding: bytes, as: UTF8.self))
      logger.warning(
        "\(path) cannot be read, so pins and drains are forgotten; \(failure == nil ? "it is kept as \(aside)" : "it could not be kept")"
      )
      return Memory()
    }
  }

  func save(_ memory: Memory) {
    let record = Record(memory, Clock.reading)
    if waiting.withLock({ $0.replace(with: record) }) == nil { queue.async { self.write() } }
  }

  private func write() {
    guard let record = waiting.withLock({ $0.take() }) else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(record) else { return }  // strings and numbers
    let text = String(decoding: Array(data) + [0x0a], as: UTF8.self)
    if let code = FileText.replace(path, with: text) {
      logger.warning(
        "pins and drains could not be stored in \(path) (\(ErrorName.of(code))); they hold until the daemon ends"
      )
    }
  }

  /// Waits for what is being written.
  func flush() {
    queue.sync {}
  }
}

extension Record? {
  /// - Returns: what was there.
  fileprivate mutating func replace(with record: Record) -> Record? {
    defer { self = record }
    return self
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
        ($0.key.text, Pin(member: $0.value.member.text, hard: $0.value.isHard))
      })
    drained = memory.drained.map(\.text).sorted()
    unrest = Dictionary(
      uniqueKeysWithValues: memory.unrest.map { group, members in
        let entries = members.map { member, unrest in
          let last = clock.timestamp(of: unrest.last).nanoseconds
          return (member.text, Unrest(returns: unrest.returns, last: last))
        }
        return (group.text, Dictionary(uniqueKeysWithValues: entries))
      })
    told = Dictionary(
      uniqueKeysWithValues: memory.told.map {
        ($0.key.text, Told(holders: $0.value.holders.map(\.text), state: $0.value.state))
      })
    deprecated = memory.deprecated.sorted().map(\.description)
    numbers = Numbers(
      uplinks: Dictionary(
        uniqueKeysWithValues: memory.slots.uplinks.map { ($0.key.text, $0.value) }),
      groups: Dictionary(uniqueKeysWithValues: memory.slots.groups.map { ($0.key.text, $0.value) }))
  }

  func memory(_ clock: ClockReading) -> Memory {
    var memory = Memory()
    for (group, pin) in pins {
      memory.pins[GroupName(group)] = Memory.Pin(
        member: .uplink(UplinkName(pin.member)), isHard: pin.hard)
    }
    memory.drained = Set(drained.map { .uplink(UplinkName($0)) })
    for (group, members) in unrest ?? [:] {
      for (member, unrest) in members {
        guard let last = clock.instant(of: Timestamp(nanoseconds: unrest.last)) else { continue }
        memory.unrest[GroupName(group), default: [:]][.uplink(UplinkName(member))] =
          Memory.Unrest(returns: unrest.returns, last: last)
      }
    }
    for (group, told) in told ?? [:] {
      memory.told[GroupName(group)] = Announcement.Told(
        holders: told.holders.map { .uplink(UplinkName($0)) }, state: told.state)
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
