import FoundationEssentials
import Model

/// The daemon as its control socket shows it: HTTP and JSON over a Unix socket.
///
/// Every call opens its own connection, so a client holds nothing between calls and a daemon
/// that was restarted in between is simply the next one to answer.
public struct DaemonClient: Sendable {
  public static let standardSocket = "/run/siaga/api.sock"

  public let socket: String
  public let timeout: Duration

  public init(socket: String = Self.standardSocket, timeout: Duration = .seconds(10)) {
    self.socket = socket
    self.timeout = timeout
  }

  // MARK: What it knows

  public func status() async throws(DaemonError) -> StatusSnapshot {
    try await ask(.get("/v1/status"))
  }

  /// Decisions that came after the one with this id, oldest first; 0 asks for all it still has.
  public func decisions(after id: UInt64 = 0) async throws(DaemonError) -> [DecisionStatus] {
    try await ask(.get("/v1/decisions?after=\(id)"))
  }

  public func explanation(group: String) async throws(DaemonError) -> Explanation {
    try await ask(.get("/v1/groups/\(escaped(group))/explanation"))
  }

  /// The configuration that it runs, with every default.
  public func configuration() async throws(DaemonError) -> RunningConfiguration {
    try await ask(.get("/v1/configuration"))
  }

  /// In Prometheus' text format.
  public func metrics() async throws(DaemonError) -> String {
    let response = try await Exchange(socket: socket, timeout: timeout).perform(.get("/metrics"))
    return String(decoding: try accepted(response), as: UTF8.self)
  }

  // MARK: What it is told

  /// Moves a group to a member and pins it there; `hard` keeps it even when the member fails.
  public func switchGroup(
    _ group: String, to member: String, hard: Bool = false
  ) async throws(DaemonError) -> Answer {
    try await order("/v1/groups/\(escaped(group))/switch", SwitchOrder(member: member, hard: hard))
  }

  public func failBack(group: String) async throws(DaemonError) -> Answer {
    try await ask(.post("/v1/groups/\(escaped(group))/failback"))
  }

  /// Lifts the pin: policy rules again.
  public func automatic(group: String) async throws(DaemonError) -> Answer {
    try await ask(.post("/v1/groups/\(escaped(group))/auto"))
  }

  public func drain(member: String, force: Bool = false) async throws(DaemonError) -> Answer {
    try await order("/v1/members/\(escaped(member))/drain", DrainOrder(force: force))
  }

  public func undrain(member: String) async throws(DaemonError) -> Answer {
    try await ask(.post("/v1/members/\(escaped(member))/undrain"))
  }

  /// Asks each target of the member's checks once; it takes as long as the slowest may.
  public func probe(member: String) async throws(DaemonError) -> MemberProbe {
    let patient = DaemonClient(socket: socket, timeout: max(timeout, Self.longestProbe))
    return try await patient.ask(.post("/v1/members/\(escaped(member))/probe"))
  }

  /// No check may have a longer `timeout` than a minute.
  private static let longestProbe = Duration.seconds(65)

  /// What `apply` would change, given the text of a configuration file.
  public func plan(configuration text: String) async throws(DaemonError) -> Answer {
    try await ask(.post("/v1/plan", body: .yaml(text)))
  }

  /// - Parameters:
  ///   - trial: seconds after which all goes back unless it is confirmed; nil: for good.
  ///   - caller: who asks, for other operators.
  public func apply(
    configuration text: String, trial: Int64? = nil, confirmingWhenHealthy: Bool = false,
    by caller: String = "somebody"
  ) async throws(DaemonError) -> Answer {
    let terms = trial.map { "&confirm=\($0)" + (confirmingWhenHealthy ? "&when-healthy=1" : "") }
    return try await ask(
      .post("/v1/apply?by=\(escaped(caller))\(terms ?? "")", body: .yaml(text)))
  }

  /// - Parameter number: of the trial; nil: whichever it is.
  public func confirm(
    _ number: UInt64? = nil, by caller: String
  ) async throws(DaemonError) -> Answer {
    let which = number.map { "&number=\($0)" } ?? ""
    return try await ask(.post("/v1/confirm?by=\(escaped(caller))\(which)"))
  }
}

private struct SwitchOrder: Encodable {
  let member: String
  let hard: Bool
}

private struct DrainOrder: Encodable {
  let force: Bool
}

extension DaemonClient {
  private func order<Value: Decodable>(
    _ path: String, _ body: some Encodable
  ) async throws(DaemonError) -> Value {
    let json: Data
    do {
      json = try JSONEncoder().encode(body)
    } catch {
      preconditionFailure("an order of strings and booleans did not encode: \(error)")
    }
    return try await ask(.post(path, body: .json([UInt8](json))))
  }

  private func ask<Value: Decodable>(_ request: Request) async throws(DaemonError) -> Value {
    let response = try await Exchange(socket: socket, timeout: timeout).perform(request)
    let body = try accepted(response)
    do {
      return try JSONDecoder().decode(Value.self, from: Data(body))
    } catch {
      throw .unexpected(
        "the daemon's answer to \(request) is not the \(Value.self) that this version knows"
          + " (\(error)); are siaga and the daemon of the same version?")
    }
  }

  /// The body of a response that is no refusal.
  private func accepted(_ response: Response) throws(DaemonError) -> [UInt8] {
    guard !(200..<300).contains(response.status) else { return response.body }
    do {
      let refusal = try JSONDecoder().decode(Refusal.self, from: Data(response.body))
      throw DaemonError.refused(refusal, status: response.status)
    } catch let error as DaemonError {
      throw error
    } catch {
      let text = String(decoding: response.body.prefix(200), as: UTF8.self)
      throw .unexpected("the daemon answered \(response.status) without saying why: \(text)")
    }
  }

  /// RFC 3986 §2.1: everything but the unreserved characters as %XX, so that a name stays one
  /// segment of the path.
  private func escaped(_ name: String) -> String {
    name.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      let isUnreserved =
        byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
      guard !isUnreserved else { return String(character) }
      let hex = String(byte, radix: 16, uppercase: true)
      return hex.count == 1 ? "%0\(hex)" : "%\(hex)"
    }.joined()
  }
}
