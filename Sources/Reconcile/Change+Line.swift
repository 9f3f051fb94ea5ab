import Model

extension Change {
  /// The line that an operator would type.
  /// - Parameter name: an interface's name; a vanished one's is not known any more.
  public func line(_ name: (InterfaceIndex) -> InterfaceName?) -> String {
    switch self {
    case .addLink(let link):
      "ip link add link \(name(link.parent).words(link.parent)) name \(link.name) "
        + "address \(link.hardware) group \(Ours.linkGroup) type macvlan mode bridge"
    case .raiseLink(let name, _): "ip link set \(name) up"
    case .lowerLink(let name, _): "ip link set \(name) down"
    case .bond(let change): change.line(name)
    case .removeLink(let index): "ip link delete \(name(index).words(index))"
    case .addAddress(let held):
      "ip \(held.address.family.flag)address add \(held.words(name)) proto \(held.origin)"
        + (held.isShared ? " noprefixroute\(held.address.family == .ipv6 ? " nodad" : "")" : "")
    case .removeAddress(let held):
      "ip \(held.address.family.flag)address delete \(held.words(name))"
    case .addRoute(let route):
      "ip \(route.destination.family.flag)route prepend \(route.words(name, isNew: true))"
    case .removeRoute(let route):
      "ip \(route.destination.family.flag)route delete \(route.words(name))"
    case .addRule(let rule): "ip \(rule.family.flag)rule add \(rule.words)"
    case .removeRule(let rule): "ip \(rule.family.flag)rule delete \(rule.words)"
    case .setSysctl(let sysctl, let value): "sysctl -w \(sysctl.text)=\(value)"
    case .loadFirewall(let firewall): "nft -f - <<'END'\n\(firewall.ruleset)END"
    case .removeFirewall: "nft delete table inet \(Ours.firewallTable)"
    }
  }

  /// The first line of it: a ruleset is long.
  public func headline(_ name: (InterfaceIndex) -> InterfaceName?) -> String {
    line(name).split(separator: "\n").first.map { String($0) } ?? ""
  }

  /// What went wrong, on what, and what to do next.
  public func sentence(
    _ failure: ChangeFailure, _ name: (InterfaceIndex) -> InterfaceName?
  ) -> String {
    let words = failure.message.map { ": \($0)" } ?? ""
    return "`\(headline(name))` was refused (\(failure.name)\(words)); \(advice(failure))"
  }

  private func advice(_ failure: ChangeFailure) -> String {
    if let remedy = Remedy.of(failure.name) { return "\(remedy); it is tried again" }
    if case .bond(let change) = self, let advice = change.advice(failure) { return advice }
    return switch (failure.name, self) {
    case ("EPERM", _), ("EACCES", _): "does siaga have CAP_NET_ADMIN?"
    case ("ENETUNREACH", .addRoute): "is the gateway in the network of the interface's address?"
    case ("EINVAL", .addRoute): "is the gateway an address that another machine can have?"
    case ("EOPNOTSUPP", .addLink):
      "this kernel has no macvlan: `modprobe macvlan`, or say `mac: own` of the address"
    case ("EBUSY", .addLink), ("EINVAL", .addLink):
      "the interface below can carry no macvlan: say `mac: own` of the address"
    case ("ENETDOWN", _): "is the interface up?"
    case (_, .loadFirewall): "does this kernel have nf_tables, and is `nft` installed?"
    case ("overruled", .setSysctl):
      "set that to 0, and where it is wanted say it of the interface; it is tried again"
    case (_, .setSysctl): "is /proc/sys writable?"
    default: "it is tried again"
    }
  }
}

extension Family {
  fileprivate var flag: String { self == .ipv6 ? "-6 " : "" }
}

extension HeldAddress {
  fileprivate func words(_ name: (InterfaceIndex) -> InterfaceName?) -> String {
    "\(address) dev \(name(interface).words(interface))"
  }
}

extension InterfaceName? {
  /// A vanished one's number is all that is known of it.
  fileprivate func words(_ index: InterfaceIndex) -> String { self?.text ?? "if\(index)" }
}

extension Route {
  fileprivate func words(
    _ name: (InterfaceIndex) -> InterfaceName?, isNew: Bool = false
  ) -> String {
    let target = destination.length == 0 ? "default" : "\(destination)"
    let words: [String] =
      switch kind {
      case .unicast: [target, way(name, isNew)]
      case .unreachable: ["unreachable", target]
      case .blackhole: ["blackhole", target]
      }
    let metric = metric > 0 ? " metric \(metric)" : ""
    return words.joined(separator: " ") + " table \(table) proto \(origin)\(metric)"
  }

  private func way(_ name: (InterfaceIndex) -> InterfaceName?, _ isNew: Bool) -> String {
    guard hops.count > 1 else { return hops.first?.words(name, isNew) ?? "" }
    return hops.map { "nexthop \($0.words(name, isNew)) weight \($0.weight)" }
      .joined(separator: " ")
  }
}

extension NextHop {
  /// What is added is said to be on the link (see `RouteMessage.add`).
  fileprivate func words(
    _ name: (InterfaceIndex) -> InterfaceName?, _ isNew: Bool
  ) -> String {
    (gateway.map { "via \($0) " } ?? "") + "dev \(name(interface)?.text ?? "if\(interface)")"
      + (isNew && gateway?.family == .ipv4 ? " onlink" : "")
  }
}

extension Rule {
  fileprivate var words: String {
    let table = table == Ours.mainTable ? "main" : "\(table)"
    let suppress = suppressPrefixLength.map { " suppress_prefixlength \($0)" } ?? ""
    return "priority \(priority) \(selector.text) lookup \(table)\(suppress) protocol \(origin)"
  }
}
