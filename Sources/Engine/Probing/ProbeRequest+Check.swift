import Model

extension ProbeRequest {
  /// A conversation of a check by one link.
  init(of check: CheckDefinition, with endpoint: Endpoint, by link: ProbeLink) {
    self.init(Self.task(of: check, with: endpoint, by: link), timeout: check.timeout)
  }

  private static func task(
    of check: CheckDefinition, with endpoint: Endpoint, by link: ProbeLink
  ) -> Task {
    switch (check.kind, endpoint) {
    case (.tcp, .port(let port, let address)):
      return .connect(
        to: address, port: port, from: link.way.source(to: address), by: link.index)
    case (.exec(let arguments), .path(let path)):
      return .run([path] + arguments, environment: environment(of: check, by: link))
    case (.file, .path(let path)):
      return .read(path: path)
    case (.wifi(let least), .radio):
      return .hear(link.index, atLeast: least)
    case (.tcp, _), (.exec, _), (.file, _), (.wifi, _), (.ping, _), (.arp, _), (.dns, _):
      preconditionFailure("check \(check.name) holds no conversation with \(endpoint)")
    }
  }

  /// What a program is told; what is not known is left out.
  private static func environment(of check: CheckDefinition, by link: ProbeLink) -> [String] {
    if case .node(let node) = link.member {
      return ["SIAGA_CHECK=\(check.name)", "SIAGA_NODE=\(node)"]
    }
    let facts: [(String, String?)] = [
      ("SIAGA_CHECK", check.name.text), ("SIAGA_UPLINK", link.uplink?.text),
      ("SIAGA_INTERFACE", link.interface.text), ("SIAGA_FAMILY", link.family.rawValue),
      ("SIAGA_ADDRESS", link.uplink.flatMap { _ in link.way.source }.map { "\($0)" }),
      ("SIAGA_GATEWAY", link.way.gateway.map { "\($0)" }),
    ]
    return facts.compactMap { name, value in value.map { "\(name)=\($0)" } }
  }
}
