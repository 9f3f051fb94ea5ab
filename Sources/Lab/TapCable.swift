import CLinux
import Glibc
import Synchronization

/// Two tap devices and a thread of ours as the wire between them.
///
/// Like most network cards, and unlike veth, a tap's carrier is not urgent to the kernel's
/// `link_watch`: it may hold the notice back until a second has passed since the last one of
/// any interface on the machine.
public final class TapCable: Cable {
  /// What the ends are: network cards, or the two ends of a point-to-point link, as PPP's are.
  public enum Ends: Sendable {
    case tap
    case tun
  }

  private let near: Int32
  private let far: Int32
  private let removed = Event()
  private let isPulled = Atomic(false)
  private let wire = Mutex<WorkerThread?>(nil)

  public init(from near: Port, to far: Port, ends: Ends = .tap) throws {
    self.near = try Self.open(near, ends)
    self.far = try Self.open(far, ends)
    try near.namespace.ip("link set \(near.interface) up")
    try far.namespace.ip("link set \(far.interface) up")
    wire.withLock { $0 = WorkerThread { [self] in carryFrames() } }
  }

  private static func open(_ end: Port, _ ends: Ends) throws -> Int32 {
    try end.namespace.run {
      try checked(
        siaga_lab_open_tap(end.interface, ends == .tap ? 1 : 0), "make the tap \(end.interface)")
    }
  }

  deinit {
    close(near)
    close(far)
  }

  @discardableResult
  public func pull() throws -> Moment {
    let before = Moment.now
    // The kernel sends on until `link_watch` runs, so the wire must be cut by us.
    isPulled.store(true, ordering: .sequentiallyConsistent)
    try setCarrier(false)
    return before
  }

  @discardableResult
  public func plug() throws -> Moment {
    let before = Moment.now
    isPulled.store(false, ordering: .sequentiallyConsistent)
    try setCarrier(true)
    return before
  }

  private func setCarrier(_ present: Bool) throws {
    for end in [near, far] {
      try checked(
        siaga_lab_set_tap_carrier(end, present ? 1 : 0),
        "set the carrier of a tap (Linux 5.0 or newer)")
    }
  }

  /// Ends the wire; the taps end with their descriptors.
  public func remove() {
    removed.raise()
    wire.withLock { $0.take() }?.join()
  }

  private func carryFrames() {
    let frame = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { frame.deallocate() }
    var ready = [near, far, removed.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      guard poll(&ready, nfds_t(ready.count), -1) > 0 else { continue }
      guard ready[2].revents == 0 else { return }
      if ready[0].revents != 0 { carry(frame, from: near, to: far) }
      if ready[1].revents != 0 { carry(frame, from: far, to: near) }
    }
  }

  /// Carries all that waits; on a pulled cable it is lost, as is a frame that finds a full queue.
  private func carry(_ frame: UnsafeMutableRawBufferPointer, from source: Int32, to sink: Int32) {
    while true {
      let length = read(source, frame.baseAddress, frame.count)
      guard length > 0 else { return }
      guard !isPulled.load(ordering: .sequentiallyConsistent) else { continue }
      _ = write(sink, frame.baseAddress, length)
    }
  }
}
