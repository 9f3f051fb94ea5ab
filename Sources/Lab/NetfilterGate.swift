import CLinux
import Glibc
import Synchronization

/// Stands between a program and netfilter's netlink, by which flows are listed and ended: a socket
/// of it is opened or refused as the gate is set. `nft`, which the program runs, may always pass.
public final class NetfilterGate: Sendable {
  private let refusal = Mutex<Int32?>(nil)
  private let refused = Atomic(0)

  public init() {}

  /// How many were refused so far.
  public var refusals: Int { refused.load(ordering: .relaxed) }

  /// - Parameter code: what the kernel is made to say (`EPERM`); nil opens it.
  public func refuse(with code: Int32?) {
    refusal.withLock { $0 = code }
  }

  /// For the calling thread and whatever it starts from now on.
  func enter() throws(LabError) {
    let door = Handover<Int32>()
    // Begun before, or the keeper would be behind the gate himself.
    _ = WorkerThread { [self] in keep(door.wait()) }
    let opened = siaga_lab_guard_netfilter()
    door.give(opened)
    try checked(opened, "guard the sockets of netfilter")
  }

  /// Until nobody is left behind it.
  private func keep(_ door: Int32) {
    guard door >= 0 else { return }
    defer { close(door) }
    while true {
      var number: UInt64 = 0
      let thread = siaga_lab_next_request(door, &number)
      if thread == -EAGAIN { continue }
      guard thread > 0 else { return }
      let code = Self.isNFT(thread) ? nil : refusal.withLock { $0 }
      if code != nil { refused.add(1, ordering: .relaxed) }
      siaga_lab_answer_request(door, number, code ?? 0)
    }
  }

  private static func isNFT(_ thread: Int32) -> Bool {
    guard let file = try? Descriptor(opening: "/proc/\(thread)/comm", O_RDONLY) else {
      return false  // it has ended, and asks nothing any more
    }
    var name = [UInt8](repeating: 0, count: 16)
    let count = read(file.number, &name, name.count)
    return String(decoding: name.prefix(max(0, count)), as: UTF8.self) == "nft\n"
  }
}
