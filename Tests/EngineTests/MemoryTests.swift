import Config
import Engine
import Model
import Testing

/// What outlives the daemon.
struct MemoryTests {
  private static let lost = MemberID.uplink("isp9")

  private static func memory(of group: GroupName, _ member: MemberID) -> Memory {
    var memory = Memory()
    memory.pins = [group: Memory.Pin(member: member, isHard: true)]
    memory.unrest = [group: [member: Memory.Unrest(returns: 3, last: .zero)]]
    memory.told = [group: Announcement.Told(holders: [member], state: .normal)]
    memory.drained = [member]
    return memory
  }

  @Test
  func `what a configuration lost is regained, and of what it has the newer word counts`() {
    var old = Self.memory(of: "partner", Self.lost)
    let before = Self.memory(of: "internet", Rig.isp1)
    old.pins.merge(before.pins) { $1 }
    old.unrest.merge(before.unrest) { $1 }
    old.told.merge(before.told) { $1 }
    old.drained.formUnion(before.drained)
    #expect(Memory().regaining(old, lostBy: Rig.dualWAN) == Self.memory(of: "partner", Self.lost))
    var newer = Memory()
    newer.pins = ["partner": Memory.Pin(member: Rig.isp2, isHard: false)]
    #expect(newer.regaining(old, lostBy: Rig.dualWAN).pins == newer.pins)
  }

  @Test
  func `who comes when all numbers were somebody's gets one that nobody has any more`() {
    var slots = Slots(uplinks: ["a": 0, "b": 1, "c": 2])
    slots.assign(uplinks: ["a", "d"], groups: [], marks: MarkSpace(mask: 0x300))
    #expect(slots.uplinks == ["a": 0, "d": 1])
    slots = Slots(uplinks: ["a": 0, "b": 2])
    slots.assign(uplinks: ["c", "d", "e"], groups: [], marks: MarkSpace(mask: 0x300))
    #expect(slots.uplinks == ["c": 1, "d": 0, "e": 2], "those that nobody had come first")
  }

  @Test
  func `of a number that no mark has, no flows end`() {
    for slot in [3, 99] {
      var memory = Memory()
      memory.slots = Slots(uplinks: ["gone": slot])
      var engine = Engine(seed: 1)
      var configuration = Rig.dualWAN
      configuration.marks = MarkSpace(mask: 0x300)
      _ = engine.handle(.configured(configuration), at: .zero)
      _ = engine.handle(.remembered(memory), at: .zero)
      #expect(Rig.sweeps(engine.handle(.configured(configuration), at: .zero)) == [])
    }
  }

  @Test
  func `what hooks were told of a group that is no more is forgotten`() {
    var memory = Self.memory(of: "partner", Rig.isp1)
    memory.told["internet"] = Announcement.Told(holders: [Rig.isp1], state: .normal)
    var engine = Engine(seed: 1)
    _ = engine.handle(.remembered(memory), at: .zero)
    _ = engine.handle(.configured(Rig.dualWAN), at: .zero)
    #expect(Set(engine.memory.told.keys) == ["internet"])
  }
}
