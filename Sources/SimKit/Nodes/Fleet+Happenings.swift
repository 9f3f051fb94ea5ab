import Engine
import Model
import Wire

extension Fleet {
  mutating func happen(_ happening: Happening) {
    switch happening {
    case .incident(let incident):
      trace.add(.befell("\(incident)"))
      let facts = FleetFacts(self)
      let wasSettled = watch.isSettled(at: now)
      watch.disturbed(at: now)
      watch.watchStayer(befell: incident, after: wasSettled ? facts : nil)
      if wasSettled { watch.befell(incident, facts, at: now) }
      strike(incident)
      lookedFor += 1
    case .packet(let arrival, let node, let link, let other):
      arrive(arrival, at: node, by: link, from: other)
    case .carrierNotice(let node, let boot, let index):
      guard nodes[node].boots == boot else { return }
      nodes[node].shell.kernel.tellOfLink(index)
      wake(node)
    case .loanEnds(let node, let boot, let held):
      endLoan(held, on: node, boot: boot)
    case .guardActs(let node, let boot, let addresses):
      if nodes[node].boots == boot { remove(addresses, from: node) }
    case .looksWhetherRelieved(let node, let boot):
      lookWhetherRelieved(node, boot: boot)
    case .start(let node, let boot):
      if nodes[node].boots == boot { start(node) }
    case .strangerSpeaks(let link, let spell):
      speakAsStranger(on: link, spell)
    }
  }

  private mutating func strike(_ incident: NodeIncident) {
    switch incident {
    case .cable(let node, let link, let isIn): setCarrier(node, nodes[node].index(of: link), isIn)
    case .uplink(let node, let isIn): setCarrier(node, nodes[node].uplink, isIn)
    case .power(let node, true):
      guard !nodes[node].isPowered else { return }
      nodes[node].boot()
      // Systems take their time.
      agenda.add(now + .milliseconds(50), .start(node: node, boot: nodes[node].boots))
    case .power(let node, false): losePower(node)
    case .killed(let node, let withGuard, let time):
      kill(node, withGuard: withGuard, downFor: time)
    case .stops(let node, let time): stop(node, downFor: time)
    case .stalls(let node, let time):
      nodes[node].stalledUntil = max(nodes[node].stalledUntil, now + time)
      watch.disturbed(at: nodes[node].stalledUntil)
    case .conditions(let link, let new): conditions[link - 1] = new
    case .cut(let from, let to, let link, let isCut):
      let cut = Cut(from: from, to: to, link: link)
      if isCut { cuts.insert(cut) } else { cuts.remove(cut) }
    case .keys(let differ): keysDiffer = differ
    case .stranger(let link, let priority): stranger(on: link, priority)
    case .order(let node, let command):
      tell(node, .ordered(command))
    }
  }

  private mutating func setCarrier(_ node: Int, _ index: InterfaceIndex, _ isIn: Bool) {
    guard nodes[node].isPowered,
      nodes[node].shell.kernel.interfaces[index]?.link.hasCarrier != isIn
    else { return }
    nodes[node].shell.kernel.setCarrier(index, isIn)
    let told = nodes[node].gate.pass(at: now)
    agenda.add(told, .carrierNotice(node: node, boot: nodes[node].boots, index))
  }

  // MARK: - A router that is no node of the file

  private mutating func stranger(on link: Int, _ priority: UInt8?) {
    spells += 1
    strangers[link] = priority.map { ($0, spells) }
    if priority != nil { agenda.add(now, .strangerSpeaks(link: link, spell: spells)) }
  }

  private mutating func speakAsStranger(on link: Int, _ spell: Int) {
    guard let stranger = strangers[link], stranger.spell == spell else { return }
    let source = IPAddress.v4(10 << 24 | UInt32(link) << 16 | 200)
    let group = VRRPAdvertisement.multicastGroup(.ipv4)
    let advertisement = VRRPAdvertisement(
      version: .three, router: UInt8(50 + link), priority: stranger.priority,
      interval: plan.interval, addresses: [FleetPlan.shared(on: link)])
    let packet = VRRPPacket(
      bytes: advertisement.bytes(from: source, to: group, checksum: .pseudoHeader),
      source: source, destination: group, hopLimit: 255)
    spread(.vrrp(packet), on: link, from: nil)
    agenda.add(now + plan.interval, .strangerSpeaks(link: link, spell: spell))
  }
}
