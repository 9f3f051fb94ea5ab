import Engine
import Model

/// How flawed daemons take orders. What they claim to have taken is the shell's to remember.
extension Flaw {
  /// - Returns: what reaches the pilot; nil: nothing.
  func taken(_ command: Command) -> Command? {
    switch (self, command) {
    case (.ignoresDrains, .drain), (.forgetsPins, .pin): nil
    case (.hardensPins, .pin(let group, let member, isHard: false)):
      .pin(group, member, isHard: true)
    default: command
    }
  }

  /// What it claims to have been ordered, besides what the pilot remembers.
  func claims(_ claimed: Memory, after command: Command) -> Memory {
    var claimed = claimed
    switch (self, command) {
    case (.ignoresDrains, .drain(let member, _)): claimed.drained.insert(member)
    case (.ignoresDrains, .undrain(let member)): claimed.drained.remove(member)
    case (.forgetsPins, .pin(let group, let member, let isHard)),
      (.hardensPins, .pin(let group, let member, let isHard)):
      claimed.pins[group] = Memory.Pin(member: member, isHard: isHard)
    case (.forgetsPins, .auto(let group)), (.forgetsPins, .failback(let group)),
      (.hardensPins, .auto(let group)), (.hardensPins, .failback(let group)):
      claimed.pins[group] = nil
    default: break
    }
    return claimed
  }
}

extension Memory {
  func with(_ claimed: Memory) -> Memory {
    var memory = self
    memory.drained.formUnion(claimed.drained)
    memory.pins.merge(claimed.pins) { $1 }
    return memory
  }
}

extension KernelState.Delta {
  /// The same of another link, where it says that one has no carrier.
  func mistaken(among links: [Link]) -> KernelState.Delta {
    guard case .link(let link) = self, !link.hasCarrier,
      var other = links.first(where: { $0.index > link.index }) ?? links.first
    else { return self }
    other.hasCarrier = false
    other.isOperational = false
    return .link(other)
  }
}
