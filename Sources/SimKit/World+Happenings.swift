import Config
import Engine
import Model

extension Route {
  /// What `route(by:)` added of IPv4.
  fileprivate func isOfLease(by index: InterfaceIndex) -> Bool {
    destination == .defaultV4 && table == Ours.mainTable && !isOurs && leads(by: index)
      && metric == 100 + UInt32(index.value)
  }
}

extension World {
  mutating func happen(_ happening: Happening) {
    switch happening {
    case .incident(let incident):
      shell.trace.add(.struck(incident))
      strike(incident)
    case .carrierNotice(let index):
      shell.kernel.tellOfLink(index)
    case .packet(let arrival, let index):
      // What arrives at a dead link is nobody's; what comes by a wrong one is the daemon's to judge.
      let isKeptBack = flaw == .spreadsSilence && isOfSilent(arrival)
      if comesIn(by: index), !losesAnswer, !isKeptBack {
        tell(.packet(arrival, index, at: now))
      }
    case .answered(let probe, let result, let asker):
      if isCurrent(asker), !losesAnswer { tell(.answered(probe, result, at: now)) }
    case .slowDone(let job):
      if isCurrent(job.generation) { finish(job.task) }
    case .addressReady(let held):
      shell.kernel.foundUnique(held)
    case .start:
      start()
    }
    watchAddresses()
    if !shell.kernel.socket.isEmpty { wake() }
  }

  // Inlined, for a call would copy the whole world.
  @inline(__always) private func comesIn(by index: InterfaceIndex) -> Bool {
    guard shell.kernel.hasCarrier(index) else { return false }
    guard network.hasCuts, let name = shell.kernel.interfaces.name(of: index) else { return true }
    return !network.isCut(name, .back)
  }

  @inline(__always) private var losesAnswer: Bool {
    flaw == .losesAnswers && (now.nanoseconds / 1_000) % 4 != 0
  }

  /// It changes nothing; but where it could not, a call would copy the whole world.
  private mutating func isOfSilent(_ arrival: Arrival) -> Bool {
    guard case .echo(_, let source) = arrival, source == FakeNetwork.farHost(source.family)
    else { return false }
    return scene.configuration.uplinks.contains { uplink in
      let place = FakeNetwork.Place(
        interface: uplink.interface, family: source.family, reach: .far)
      return network.conduct(place).truth == .down
    }
  }

  private mutating func finish(_ task: FakeSlowLane.Job.Task) {
    switch task {
    case .apply(let change):
      tell(.applied(change, shell.apply(change, seen: KernelState())))
    case .lookAtFirewall:
      tell(.firewallSeen(shell.kernel.firewall))
    }
  }

  private mutating func strike(_ incident: Incident) {
    switch incident {
    case .link(let name, let incident):
      strike(name, incident)
    case .conduct(let name, let family, let reach, let conduct):
      network.set(FakeNetwork.Place(interface: name, family: family, reach: reach), conduct)
    case .cut(let name, let direction, let isCut):
      network.cut(name, direction, isCut)
    case .kernelDawdles(let duration):
      shell.dawdles = duration
      disturbed(until: now)
    case .laneDrags(let duration):
      slowest = max(duration, Self.slowestOfLane)
    case .probesStick(let name, let sticks):
      stick(name, sticks)
    case .kernelRefuses(let percent):
      refuse(percent)
    case .meddling(let meddling):
      meddle(meddling)
    case .overrun:
      shell.kernel.socket.overrun()
      // Nor does the daemon know whether the kernel holds notices back.
      disturbed(until: now + LinkGate.shutFor)
    case .stalls(let duration):
      stall(for: duration)
    case .clockSteps(let step):
      shell.wallAhead += step
      scene.clockSteppedAt = now
    case .dies(let changes, let duration):
      condemn(afterChanges: changes, downFor: duration)
    case .strangersAdvertise(let name, let seed):
      strangersAdvertise(on: name, seed: seed)
    case .advertiserSpeaks:
      advertiserSpeaks()
    case .hostsAsk:
      hostsAsk()
    case .order(let command):
      tell(.ordered(command))
    case .reload(let configuration):
      tell(.configured(configuration))
    }
  }

  private mutating func strike(_ name: InterfaceName, _ incident: Incident.OfLink) {
    switch incident {
    case .carrier(let isThere):
      guard let index = shell.kernel.index(of: name) else { return }
      shell.kernel.setCarrier(index, isThere)
      // A link that lacks something else may get it before its carrier is read again.
      disturbed(until: now)
      let delay = Duration.microseconds(Int.random(in: 50...600, using: &random))
      agenda.add(gate.pass(at: now + delay), .carrierNotice(index))
    case .admin(let isUp):
      shell.kernel.index(of: name).map { shell.kernel.setUp($0, isUp) }
      if isUp { giveAddress(name) }
    case .vanishes:
      shell.kernel.index(of: name).map { shell.kernel.vanish($0) }
    case .appears:
      if shell.kernel.index(of: name) == nil { _ = shell.kernel.appear(name) }
      stick()
    case .losesAddress(let family):
      guard let index = shell.kernel.index(of: name),
        let held = shell.kernel.interfaces[index]?.addresses.first(where: {
          $0.address.family == family && !$0.address.address.isLinkLocal
        })
      else { return }
      shell.kernel.removeAddress(held)
    case .getsAddress:
      giveAddress(name)
    case .renewed(let network):
      renew(name, to: network)
    }
  }

  /// By the system, where the system sets it; elsewhere it is Siaga's to repair.
  mutating func giveAddress(_ name: InterfaceName) {
    guard let access = site.access(name), access.isSystemAddressed,
      let index = shell.kernel.index(of: name)
    else { return }
    for address in access.addresses {
      let held = HeldAddress(interface: index, address: address, origin: 0)
      let isThere = shell.kernel.interfaces[index]?.addresses.contains { $0.isSame(as: held) }
      if isThere == false { shell.kernel.addAddress(held) }
      if access.tellsGateway { route(by: access, index, address.family) }
    }
  }

  /// What a DHCP client, or the kernel after an advertisement, does besides.
  private mutating func route(by access: Site.Access, _ index: InterfaceIndex, _ family: Family) {
    let hop = NextHop(interface: index, gateway: access.gateway(family))
    let route = Route(
      .everything(family), table: Ours.mainTable, hops: [hop],
      metric: 100 + UInt32(index.value), origin: 16)
    guard shell.kernel.isAlive(hop, family), !shell.kernel.routes.contains(route) else { return }
    shell.kernel.addRoute(route)
  }

  /// A DHCP client takes back what it set, and sets what it was given; where nobody tells of a
  /// gateway, it does not change.
  private mutating func renew(_ name: InterfaceName, to network: UInt8) {
    guard let access = site.access(name), access.tellsGateway else { return }
    let index = shell.kernel.index(of: name)
    if let index {
      for route in shell.kernel.routes where route.isOfLease(by: index) {
        shell.kernel.removeRoute(route)
      }
      let held = shell.kernel.interfaces[index]?.addresses ?? []
      for old in held where old.address == access.address { shell.kernel.removeAddress(old) }
    }
    site.renew(name, to: network)
    disturbed(until: now)
    if index.map(shell.kernel.hasCarrier) ?? false { giveAddress(name) }
  }

  /// New IPv6 addresses are good to use when nobody has spoken up for a second.
  mutating func watchAddresses() {
    for held in shell.kernel.takeTentative() {
      let delay = Duration.milliseconds(Int.random(in: 1_000...2_000, using: &random))
      agenda.add(now + delay, .addressReady(held))
    }
  }

  private mutating func stick(_ name: InterfaceName, _ sticks: Bool) {
    if sticks { scene.sticking.insert(name) } else { scene.sticking.remove(name) }
    stick()
    causesVersion = (-1, -1)  // who cannot be asked does not answer
    disturbed(until: now)
  }

  private mutating func stick() {
    shell.troubles.unsendable = Set(scene.sticking.compactMap { shell.kernel.index(of: $0) })
  }

  private mutating func refuse(_ percent: Int) {
    if percent > 0, shell.troubles.percent == 0, now > pausingUntil { refusingSince = now }
    if percent == 0, shell.troubles.percent > 0 {
      // Pauses double, so the last one is no longer than all that went before; who waits for the
      // kernel meets its last refusals when that is over.
      let last = max(now, stalledUntil)
      pausingUntil = last + (last - refusingSince) + .milliseconds(200)
      disturbed(until: pausingUntil)
    }
    shell.troubles.percent = percent
    disturbed(until: now)
  }

  private mutating func meddle(_ meddling: Incident.Meddling) {
    switch meddling {
    case .deletesRoute(let pick):
      let ours = shell.kernel.routes.filter(\.isOurs)
      if !ours.isEmpty { shell.kernel.removeRoute(ours[Int(pick % UInt64(ours.count))]) }
    case .deletesRule(let pick):
      let ours = shell.kernel.rules.filter(\.isOurs)
      if !ours.isEmpty { shell.kernel.removeRule(ours[Int(pick % UInt64(ours.count))]) }
    case .flushesFirewall:
      shell.kernel.setFirewall(nil)
    }
    disturbed(until: now)
  }

  /// Programs and files say of a link what its gateway does, and of this node that it is well.
  mutating func converse(_ probe: ProbeID, for generation: Int) {
    if case .node = probe.member {
      return agenda.add(now + .milliseconds(1), .answered(probe, .ok, generation: generation))
    }
    guard let targets = scene.configuration.check(probe.check)?.targets(probe.family),
      targets.indices.contains(probe.place),
      case .uplink(let name) = probe.member, let uplink = scene.configuration.uplink(name),
      let index = shell.kernel.index(of: uplink.interface), shell.kernel.hasCarrier(index)
    else { return }
    let place = FakeNetwork.Place(
      interface: uplink.interface, family: probe.family, reach: targets[probe.place].reach)
    let outcome = network.outcome(place)
    guard let outcome = flaw == .hearsEchoes ? (.milliseconds(1), .ok) : outcome else { return }
    agenda.add(now + outcome.0, .answered(probe, outcome.1, generation: generation))
  }

  /// Who is in none of a link's networks is beyond its gateway.
  private static func reach(of datagram: Datagram, _ interfaces: InterfaceTable) -> Reach {
    switch datagram.medium {
    case .arp, .neighbor, .vrrp, .peer: .gateway
    case .echo, .udp:
      interfaces.isNear(datagram.destination, to: datagram.interface) ? .gateway : .far
    }
  }

  mutating func carry(_ datagram: Datagram) {
    guard shell.kernel.hasCarrier(datagram.interface),
      let name = shell.kernel.interfaces.name(of: datagram.interface)
    else { return }
    if datagram.isOfDiscovery { return discover(datagram, by: name) }
    if flaw == .hearsEchoes {
      let reply = network.honest(to: datagram)
      return agenda.add(now + reply.after, .packet(reply.arrival, reply.interface))
    }
    let replies = network.replies(
      to: datagram, by: name, Self.reach(of: datagram, shell.kernel.interfaces),
      other: shell.kernel.another(than: datagram.interface))
    for reply in replies {
      agenda.add(now + reply.after, .packet(reply.arrival, reply.interface))
    }
  }
}
