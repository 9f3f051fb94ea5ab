import Model

/// Who among the runs asks what: by numbers, for the place of a check, for a link and for a host.
struct ProbeDirectory: Sendable {
  struct Place: Hashable, Sendable {
    let member: MemberID
    let check: CheckName
    let family: Family
  }

  var places: [Place: Range<Int>] = [:]
  private var links: [MemberID: [Int]] = [:]
  private var hosts: [IPAddress: [Int]] = [:]

  mutating func fill(_ runs: [ProbeRun]) {
    for (number, run) in runs.enumerated() {
      links[run.member, default: []].append(number)
      moved(number, from: nil, to: run.endpoint)
    }
  }

  /// A run asks somebody else from now on, as when a gateway has changed.
  mutating func moved(_ number: Int, from before: Endpoint?, to endpoint: Endpoint?) {
    guard before != endpoint else { return }
    if let address = before?.address { hosts[address]?.removeAll { $0 == number } }
    if let address = endpoint?.address { hosts[address, default: []].append(number) }
  }

  func runs(by member: MemberID) -> [Int] { links[member] ?? [] }

  func runs(asking address: IPAddress?) -> [Int] {
    address.flatMap { hosts[$0] } ?? []
  }
}

extension Endpoint {
  var address: IPAddress? {
    switch self {
    case .host(let address), .port(_, let address): address
    case .path, .radio: nil
    }
  }
}
