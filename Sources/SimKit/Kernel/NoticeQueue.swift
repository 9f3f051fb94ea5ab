import Model

/// A netlink socket with a bound: what does not fit is lost, and the reader is told so.
struct NoticeQueue: Sendable {
  private(set) var deltas: [KernelState.Delta] = []
  private(set) var hasOverrun = false
  private(set) var firewallWasTouched = false
  var capacity = 256
  var isOpen = false  // nobody listens while the daemon is down

  var isEmpty: Bool { deltas.isEmpty && !hasOverrun && !firewallWasTouched }

  mutating func tell(_ delta: KernelState.Delta) {
    guard isOpen else { return }
    guard deltas.count < capacity else {
      hasOverrun = true
      return
    }
    deltas.append(delta)
  }

  mutating func tellOfFirewall() {
    firewallWasTouched = isOpen
  }

  /// Loses what is queued.
  mutating func overrun() {
    guard isOpen else { return }
    deltas = []
    hasOverrun = true
  }

  mutating func drain() -> (deltas: [KernelState.Delta], hasOverrun: Bool) {
    defer {
      deltas = []
      hasOverrun = false
    }
    return (deltas, hasOverrun)
  }

  mutating func takeFirewallNotice() -> Bool {
    defer { firewallWasTouched = false }
    return firewallWasTouched
  }

  mutating func reopen() {
    self = NoticeQueue()
    isOpen = true
  }

  mutating func close() {
    self = NoticeQueue()
  }
}
