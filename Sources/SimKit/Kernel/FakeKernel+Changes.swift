import Model
import Reconcile

/// Linux errno values (asm-generic/errno*.h).
enum FakeErrno {
  static let noEntry = ChangeFailure(code: 2, name: "ENOENT", message: nil)
  static let noSuchProcess = ChangeFailure(code: 3, name: "ESRCH", message: nil)
  static let noBuffers = ChangeFailure(code: 105, name: "ENOBUFS", message: nil)
  static let noMemory = ChangeFailure(code: 12, name: "ENOMEM", message: nil)
  static let busy = ChangeFailure(code: 16, name: "EBUSY", message: nil)
  static let exists = ChangeFailure(code: 17, name: "EEXIST", message: nil)
  static let noSuchDevice = ChangeFailure(code: 19, name: "ENODEV", message: nil)
  static let invalid = ChangeFailure(code: 22, name: "EINVAL", message: nil)
  static let noSuchAddress = ChangeFailure(code: 99, name: "EADDRNOTAVAIL", message: nil)
  static let netDown = ChangeFailure(code: 100, name: "ENETDOWN", message: nil)
  static let unreachable = ChangeFailure(
    code: 101, name: "ENETUNREACH", message: "Nexthop has invalid gateway")
  static let timedOut = ChangeFailure(
    code: 110, name: "ETIMEDOUT", message: "the kernel did not answer")
}

extension FakeKernel {
  /// Takes a change or refuses it, as Linux would.
  mutating func apply(_ change: Change) -> ChangeFailure? {
    switch change {
    case .addLink(let link): return add(link)
    case .raiseLink(_, let index):
      guard interfaces[index] != nil else { return FakeErrno.noSuchDevice }
      setUp(index, true)
      return nil
    case .lowerLink(_, let index):
      guard interfaces[index] != nil else { return FakeErrno.noSuchDevice }
      setUp(index, false)
      return nil
    case .bond(let change): return apply(change)
    case .removeLink(let index):
      guard interfaces[index] != nil else { return FakeErrno.noSuchDevice }
      vanish(index)
      return nil
    case .addAddress(let held): return add(held)
    case .removeAddress(let held): return remove(held)
    case .addRoute(let route): return add(route)
    case .removeRoute(let route):
      return removeRoute(route) ? nil : FakeErrno.noSuchProcess
    case .addRule(let rule): return add(rule)
    case .removeRule(let rule):
      // fib_nl_delrule compares the protocol, so only ours fits.
      guard rules.contains(rule) else { return FakeErrno.noEntry }
      removeRule(rule)
      return nil
    case .setSysctl(let sysctl, let value):
      guard sysctls[sysctl] != nil else { return FakeErrno.noEntry }
      sysctls[sysctl] = value
      touched()
      return nil
    case .loadFirewall(let firewall):
      setFirewall(firewall)
      return nil
    case .removeFirewall:
      setFirewall(nil)
      return nil
    }
  }

  mutating func setFirewall(_ firewall: Firewall?) {
    self.firewall = firewall
    touched()
    socket.tellOfFirewall()
  }

  private mutating func add(_ link: VirtualLink) -> ChangeFailure? {
    guard interfaces[link.parent] != nil else { return FakeErrno.noSuchDevice }
    guard self.index(of: link.name) == nil else { return FakeErrno.exists }
    appear(link)
    return nil
  }

  private mutating func add(_ held: HeldAddress) -> ChangeFailure? {
    guard let interface = interfaces[held.interface] else { return FakeErrno.noSuchDevice }
    guard !interface.addresses.contains(where: { $0.isSame(as: held) }) else {
      return FakeErrno.exists
    }
    addAddress(held)
    return nil
  }

  private mutating func remove(_ held: HeldAddress) -> ChangeFailure? {
    guard let interface = interfaces[held.interface] else { return FakeErrno.noSuchDevice }
    guard let there = interface.addresses.first(where: { $0.isSame(as: held) }) else {
      return FakeErrno.noSuchAddress
    }
    removeAddress(there)
    return nil
  }

  private mutating func add(_ route: Route) -> ChangeFailure? {
    for hop in route.hops {
      guard let interface = interfaces[hop.interface] else { return FakeErrno.noSuchDevice }
      guard interface.link.isUp else { return FakeErrno.netDown }
      guard interface.carriesRoutes(route.destination.family), reaches(hop.gateway, by: interface)
      else {
        return FakeErrno.unreachable
      }
    }
    // fib_table_insert without NLM_F_EXCL: only the very same route exists already.
    guard !routes.contains(route) else { return FakeErrno.exists }
    addRoute(route)
    return nil
  }

  /// Of an IPv4 gateway we say that it is on the link, and are believed.
  private func reaches(_ gateway: IPAddress?, by interface: Interface) -> Bool {
    guard let gateway, gateway.family == .ipv6, !gateway.isLinkLocal else { return true }
    return interface.addresses.contains { $0.address.network.contains(gateway) }
  }

  /// rule_exists compares all but the protocol: another owner's same rule is in the way.
  private mutating func add(_ rule: Rule) -> ChangeFailure? {
    let isThere = rules.contains { other in
      var same = other
      same.origin = rule.origin
      return same == rule
    }
    guard !isThere else { return FakeErrno.exists }
    addRule(rule)
    return nil
  }
}
