import Model
import Reconcile

/// Changes the kernel, and lends addresses: one after another, so that none is lent again after it
/// was given up.
public final class KernelHand {
  private let writer: KernelWriter
  private let keeper = AddressGuard()

  public init() throws(SystemError) {
    writer = try KernelWriter()
  }

  /// - Returns: for each, nil when the kernel took it.
  public func apply(_ changes: [Change]) -> [ChangeFailure?] {
    writer.apply(changes)
  }

  /// - Parameter time: after which they end, and with the process; nil: they stay.
  /// - Returns: why not; nil is done.
  public func lend(_ addresses: [HeldAddress], for time: Duration?) -> ChangeFailure? {
    keeper.protect(time == nil ? [] : addresses)
    return writer.lend(addresses, for: time)
  }
}
