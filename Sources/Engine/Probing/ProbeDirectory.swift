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
  private var echoes: [Int?] = [nil]  // by the last bits of what they carry; a power of two

  mutating func fill(_ runs: [ProbeRun]) {
    while echoes.count < 2 * runs.count { echoes += echoes }
    for (number, run) in runs.enumerated() {
      if let cookie = run.cookie { echoes[place(of: cookie)] = number }
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

  /// Whose echo it is, most likely: who asks here first need not look up the host that answered, which
  /// would be most of the work.
  func likelyAsker(of echo: NumberedEcho) -> Int? { echoes[place(of: echo.first)] }

  private func place(of cookie: UInt64) -> Int {
    Int(truncatingIfNeeded: cookie) & (echoes.count - 1)
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
