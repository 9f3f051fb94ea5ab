import Dispatch
import Model
import Reconcile
import Synchronization

/// Applies the changes that need files and programs, one after another, off the loop.
public final class SlowLane: Sendable {
  private let queue = DispatchQueue(label: "siaga.slow")
  private let sysctls: SysctlFiles
  /// What `nft` listed right after our ruleset was loaded; whatever differs was meddled with.
  private let faithful = Mutex<(listing: String, firewall: Firewall)?>(nil)

  public init(sysctls: SysctlFiles) {
    self.sysctls = sysctls
  }

  /// - Parameter done: called on the lane's thread, once for all settings, and once for each other
  ///   change; nil is success.
  public func apply(
    _ changes: [Change], done: @escaping @Sendable ([Change], [ChangeFailure?]) -> Void
  ) {
    let settings = changes.compactMap { change in
      if case .setSysctl(let sysctl, let value) = change {
        (sysctl: sysctl, value: value)
      } else {
        nil
      }
    }
    let others = changes.filter { if case .setSysctl = $0 { false } else { true } }
    if !settings.isEmpty {
      queue.async {
        done(
          settings.map { .setSysctl($0.sysctl, $0.value) }, self.sysctls.set(settings))
      }
    }
    for change in others { queue.async { done([change], [self.apply(change)]) } }
  }

  public func readKey(
    _ path: String, done: @escaping @Sendable (Result<[UInt8], KeyFile.Refusal>) -> Void
  ) {
    queue.async {
      do throws(KeyFile.Refusal) {
        done(.success(try KeyFile.load(path)))
      } catch {
        done(.failure(error))
      }
    }
  }

  /// Whether our nftables table is still as we loaded it.
  public func lookAtFirewall(done: @escaping @Sendable (Firewall?) -> Void) {
    queue.async {
      let listing = NFTables.listing
      done(self.faithful.withLock { $0.flatMap { $0.listing == listing ? $0.firewall : nil } })
    }
  }

  /// What these settings are now, but for those that cannot be read now; nil: there is no such
  /// setting.
  public func lookAtSysctls(
    _ sysctls: [Sysctl], done: @escaping @Sendable ([(Sysctl, String?)]) -> Void
  ) {
    queue.async {
      done(
        sysctls.compactMap { sysctl in
          do throws(SystemError) {
            return (sysctl, try SysctlFiles.reading(of: sysctl))
          } catch {
            return nil
          }
        })
    }
  }

  /// What DHCP clients were told of these links, after a while.
  public func lookAtLeases(
    _ links: [(InterfaceIndex, InterfaceName)], after delay: Duration = .zero,
    done: @escaping @Sendable ([(InterfaceIndex, Lease?)]) -> Void
  ) {
    let due = DispatchTime.now() + .nanoseconds(Int(delay.nanoseconds))
    queue.asyncAfter(deadline: due) {
      done(links.map { ($0.0, LeaseFiles.standard.lease(of: $0.0, $0.1)) })
    }
  }

  /// Who else on this machine is told to undo what is ours, and what mends that.
  public func lookForRivals(done: @escaping @Sendable (String?) -> Void) {
    queue.async { done(NetworkdSettings.trouble) }
  }

  private func apply(_ change: Change) -> ChangeFailure? {
    switch change {
    case .loadFirewall(let firewall):
      if let failure = NFTables.load(firewall.ruleset) { return failure }
      let listing = NFTables.listing
      faithful.withLock { $0 = listing.map { ($0, firewall) } }
      return nil
    case .removeFirewall:
      faithful.withLock { $0 = nil }
      return NFTables.remove()
    case .addLink, .raiseLink, .lowerLink, .removeLink, .bond, .addAddress, .removeAddress,
      .addRoute, .removeRoute, .addRule, .removeRule, .setSysctl:
      preconditionFailure("\(change) is not for the slow lane by itself")
    }
  }
}
