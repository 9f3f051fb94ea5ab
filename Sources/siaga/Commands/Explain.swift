import ArgumentParser
import Client
import Kernel
import Model
import Surroundings

struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why a group is as it is, was at some time, or where a flow goes and why.",
    discussion: """
      siaga explain GROUP: the events and readings behind the last decision, what the others \
      lack and until when, which timer acts first.
      siaga explain GROUP --at TIME: the decision that was in force then.
      siaga explain --flow SRC DST: what the kernel does with such packets, by which rule, and \
      what becomes of their addresses. It works without a daemon, too.
      """)

  @Argument(help: "The group.") var group: String?
  @Option(
    help: ArgumentHelp("`14:02:10` or `2026-11-21T14:02:10Z`.", valueName: "time"))
  var at: String?
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Two addresses: SRC DST.", valueName: "address"))
  var flow: [String] = []
  @Option(name: .customLong("protocol"), help: "Of the flow: tcp, udp, icmp or a number.")
  var transport: String?
  @Option(help: "The flow's destination port.") var port: String?
  @Option(help: "The flow's source port.") var fromPort: String?
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    switch (group, flow.isEmpty) {
    case (let group?, true):
      guard transport == nil, port == nil, fromPort == nil else {
        throw usage("--protocol, --port and --from-port go with --flow SRC DST")
      }
      try await explain(group)
    case (nil, false):
      guard at == nil else { throw usage("--at goes with a group") }
      try await explainFlow()
    case (nil, true): throw usage("name a group, or --flow SRC DST")
    case (.some, false): throw usage("name a group or --flow SRC DST, not both")
    }
  }

  private func usage(_ text: String) -> Exit.Failure {
    Exit.Failure(text, code: Exit.wrongUsage)
  }

  private func explain(_ group: String) async throws {
    guard let at else {
      let explanation = try await daemon.client.explanation(group: group)
      return try daemon.show(explanation) { explanation.sentences.joined(separator: "\n") }
    }
    let now = Clock.reading.wall
    guard let time = Timestamp(at, now: now) else {
      throw usage("`\(at)` is no time; write `14:02:10` or `2026-11-21T14:02:10Z`")
    }
    guard time <= now else { throw usage("\(time.text) has not come yet") }
    // A group that does not exist is said by the daemon.
    _ = try await daemon.client.explanation(group: group)
    let decisions = try await daemon.client.decisions().filter { $0.group == group }
    guard let decision = decisions.inForce(at: time, now: now) else {
      let first = decisions.first.map { ", and the first that is kept fell at \($0.at)" }
      throw Exit.Failure(
        "nothing is known of \(group) at \(time.text): the daemon keeps the last 200 decisions "
          + "since it started\(first ?? "")")
    }
    let next = decisions.first { $0.id > decision.id }
    try daemon.show(decision) { decision.sentences(at: time, until: next).joined(separator: "\n") }
  }

  private func explainFlow() async throws {
    guard flow.count == 2 else { throw usage("--flow takes two addresses: SRC DST") }
    let addresses = try flow.map { text in
      guard let address = IPAddress(text) else {
        throw usage("`\(text)` is no IPv4 or IPv6 address; names are not looked up")
      }
      return address
    }
    let (source, destination) = (addresses[0], addresses[1])
    guard source.family == destination.family else {
      throw usage(
        "\(source) is of \(source.family.name) and \(destination) is not; no packet has both")
    }
    let number = try transport.map { text in
      guard let number = Transport.number(of: text) ?? UInt8(text) else {
        let names = Transport.names.map(\.name).joined(separator: ", ")
        throw usage("there is no protocol `\(text)`; try one of \(names), or a number")
      }
      return number
    }
    let ports = try (read(fromPort), read(port))
    guard ports == (nil, nil) || number.map({ Transport.ported.contains($0) }) ?? false else {
      throw usage("a port needs --protocol tcp, udp, udplite or sctp")
    }
    let question = FlowQuestion(
      source: source, destination: destination, transport: number, fromPort: ports.0,
      toPort: ports.1)
    let path = try FlowPath(question, status: try? await daemon.client.status())
    try daemon.show(path) { path.sentences.joined(separator: "\n") }
    guard path.leads else { throw ExitCode(Exit.failed) }
  }

  private func read(_ port: String?) throws -> UInt16? {
    try port.map {
      guard let number = UInt16($0), number > 0 else {
        throw usage("`\($0)` is no port; ports are 1 to 65535")
      }
      return number
    }
  }
}

extension [DecisionStatus] {
  /// The last one that had fallen by then; they come oldest first.
  fileprivate func inForce(at time: Timestamp, now: Timestamp) -> DecisionStatus? {
    last { decision in Timestamp(decision.at, now: now).map { $0 <= time } ?? false }
  }
}

extension DecisionStatus {
  fileprivate func sentences(at time: Timestamp, until next: DecisionStatus?) -> [String] {
    let move =
      from == to ? "\(names(from)) stayed" : "\(names(from)) → \(names(to))"
    let end = next.map { "until \($0.at)" } ?? "and is still"
    var lines = [
      "At \(time.text) this decision about \(group) was in force, \(end):",
      "It fell at \(at): \(move) (\(state.rawValue))",
    ]
    lines += causes.map { "  because at \($0)" }
    lines.append("Readings at that moment:")
    lines += readings.map { "  \($0)" }
    if !lacking.isEmpty {
      lines.append("The others did not hold it:")
      lines += lacking.map { "  \($0.replacing("GROUP", with: group))" }
    }
    return lines
  }

  private func names(_ members: [String]) -> String {
    members.isEmpty ? "nobody" : members.joined(separator: ", ")
  }
}
