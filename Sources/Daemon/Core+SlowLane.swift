import Engine
import Kernel
import Model
import Pilot
import Reconcile

/// What may block is done off the loop, and what comes of it is heard as news is.
extension Core {
  func applySlowly(_ changes: [Change]) {
    guard !changes.isEmpty else { return }
    shell.kernel.slow.apply(changes) { [self] changes, failures in
      loop.post { self.assumeIsolated { $0.appliedSlowly(changes, failures) } }
    }
  }

  private func appliedSlowly(_ changes: [Change], _ failures: [ChangeFailure?]) {
    shell.note(changes, failures, pilot.engine.observed)
    pilot.applied(changes, failures, at: Clock.now, &shell)
  }

  func readKey(of cluster: Cluster) {
    shell.kernel.slow.readKey(cluster.keyFile) { [self] key in
      loop.post { self.assumeIsolated { $0.shell.met(cluster, key) } }
    }
  }

  /// A change of `all` is told once for each interface: one look is enough for them.
  func lookAtSysctls() {
    guard sysctlLook.isDue() else { return }
    shell.kernel.slow.lookAtSysctls(pilot.engine.wanted.sysctls.keys.sorted()) { [self] found in
      loop.post { self.assumeIsolated { $0.sysctlsSeen(found) } }
    }
  }

  private func sysctlsSeen(_ found: [(Sysctl, String?)]) {
    if sysctlLook.ended() { lookAtSysctls() }
    let known = pilot.engine.observed.sysctls
    let changed = found.filter { known[$0.0] != $0.1 }
    pilot.heard(changed.map { .sysctl($0.0, $0.1) }, at: Clock.now, &shell)
  }

  /// networkd writes a lease down before it sets the address, and dhclient may do so after: a
  /// second look follows.
  func lookAtLeases() {
    let links = pilot.engine.leasedLinks
    guard !links.isEmpty else { return }
    shell.kernel.slow.lookAtLeases(links) { [self] found in
      loop.post { self.assumeIsolated { $0.leasesSeen(found) } }
    }
    guard secondLeaseLook.isDue() else { return }
    shell.kernel.slow.lookAtLeases(links, after: .seconds(1)) { [self] found in
      loop.post { self.assumeIsolated { $0.leasesSeenAgain(found) } }
    }
  }

  private func leasesSeenAgain(_ found: [(InterfaceIndex, Lease?)]) {
    leasesSeen(found)
    if secondLeaseLook.ended() { lookAtLeases() }
  }

  private func leasesSeen(_ found: [(InterfaceIndex, Lease?)]) {
    let known = pilot.engine.observed.leases
    let changed = found.filter { known[$0.0] != $0.1 }
    pilot.heard(changed.map { .leased($0.0, $0.1) }, at: Clock.now, &shell)
  }

  func lookAtFirewall() {
    guard firewallLook.isDue() else { return }
    shell.kernel.slow.lookAtFirewall { [self] firewall in
      loop.post { self.assumeIsolated { $0.firewallSeen(firewall) } }
    }
  }

  private func firewallSeen(_ firewall: Firewall?) {
    if firewallLook.ended() { lookAtFirewall() }
    guard firewall != pilot.engine.observed.firewall else { return }
    pilot.heard([.firewall(firewall)], at: Clock.now, &shell)
  }

  /// Whoever undoes our rules does so when it starts or sets an address.
  func lookForRivals() {
    guard rivalLook.isDue() else { return }
    shell.kernel.slow.lookForRivals { [self] trouble in
      loop.post { self.assumeIsolated { $0.rivalsSeen(trouble) } }
    }
  }

  private func rivalsSeen(_ trouble: String?) {
    if rivalLook.ended() { lookForRivals() }
    guard let trouble else { return shell.settled("networkd") }
    shell.trouble("networkd", trouble)
  }
}
