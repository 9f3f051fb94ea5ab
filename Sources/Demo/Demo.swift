import Client
import Glibc
import Lab
import Model

/// `siaga demo`: a network in namespaces, the daemon in it, packets through it, faults one after
/// another, and what each of them cost.
///
/// Nothing of the machine's own network is touched, which is compared in the end; everything is
/// removed again, after Ctrl-C too.
public struct Demo: Sendable {
  /// Of what it tells.
  public enum Kind: String, CaseIterable, Sendable {
    case links  // a gateway with two of them, on the seed's network
    case routers  // two of them, which share an address
    case bond  // a machine's two links as one

    public var faults: [String] { setting(isFast: true).faults.map(\.name) }

    func setting(isFast: Bool) -> Setting {
      switch self {
      case .links: .links(isFast: isFast)
      case .routers: .routers(isFast: isFast)
      case .bond: .bond(isFast: isFast)
      }
    }
  }

  /// In the kernel lab (`scripts/kernel-lab`).
  static let isEmulated = getenv("SIAGA_KERNEL_LAB") != nil

  private let executable: String
  private let kind: Kind
  private let setting: Setting
  private let faults: [Fault]
  private let isFast: Bool

  /// `executable` is the program whose `run` is the daemon; without `fault`, a name of the kind's,
  /// all of them are played. `fast` looks and speaks ten times as often, or more.
  public init(_ kind: Kind, executable: String, fast: Bool, fault: String? = nil) {
    self.executable = executable
    self.kind = kind
    setting = kind.setting(isFast: fast)
    faults = setting.faults.filter { fault == nil || $0.name == fault }
    isFast = fast
  }

  /// Whether every fault was survived as promised. Throws when the demo itself could not be
  /// played: an error says what is missing; `CancellationError` after Ctrl-C.
  public func run() async throws -> Bool {
    try Self.checkRequirements()
    // A reader who goes away (`siaga demo | head`) must not keep us from cleaning up.
    signal(SIGPIPE, SIG_IGN)
    let play = Task { try await playAndCompare() }
    Interruption.watch { count in
      if count == 1 { play.cancel() } else { Self.leaveInAHurry() }
    }
    defer { Interruption.unwatch() }
    do {
      return try await play.value
    } catch is CancellationError {
      Terminal.write("\nInterrupted; the demo's network is removed.\n")
      throw CancellationError()
    }
  }

  private func playAndCompare() async throws -> Bool {
    let before = try HostNetwork.read()
    let board = Board()
    let stage = try await stage()
    let survived: Bool
    do {
      survived = try await play(on: stage, board)
    } catch {
      try stage.tearDown()
      throw error
    }
    let log = stage.lastWords
    try stage.tearDown()
    return conclude(board.now, survived, log: log, before, try HostNetwork.read())
  }

  /// Plays the faults while others watch and draw.
  private func play(on stage: any Stage, _ board: Board) async throws -> Bool {
    board.update { $0.doing = "all is well" }
    if Self.isEmulated {
      board.tell(.note, "this is an emulated machine, where all is slower")
    }
    let holder = setting.paths[0].part
    board.tell(
      .note,
      "\(setting.network) stands, and \(holder.rawValue) \(setting.address == nil ? setting.holding : "holds")"
    )
    let stream = stage.stream
    let watchers = stage.daemons.map { part, daemon in
      Watcher(
        part: part, client: DaemonClient(socket: daemon.socket, timeout: .seconds(2)),
        stage: stage, setting: setting, board: board)
    }
    let view = view()
    let watching = watchers.map { watcher in Task { await watcher.watch() } }
    let showing = Task { await view.show(board, stream) }
    let director = Director(
      stage: stage, setting: setting, board: board,
      pause: isFast ? .milliseconds(800) : .seconds(2))
    let outcome: Result<Bool, any Error>
    do {
      outcome = .success(try await director.play(faults))
    } catch {
      outcome = .failure(error)
    }
    board.update { scene in
      scene.doing = ""
      scene.isOver = true
    }
    for task in watching + [showing] { task.cancel() }
    for task in watching + [showing] { await task.value }
    return try outcome.get()
  }

  private func stage() async throws -> any Stage {
    switch kind {
    case .links: try await LinkStage(executable: executable, isFast: isFast)
    case .routers: try await RouterStage(executable: executable, isFast: isFast)
    case .bond: try await BondStage(executable: executable, isFast: isFast)
    }
  }

  private func view() -> any View {
    guard let terminal = Terminal.ofStandardOutput() else { return PlainLines() }
    return LivePicture(terminal: terminal, setting: setting)
  }

  // MARK: The end

  private func conclude(
    _ scene: Scene, _ survived: Bool, log: String, _ before: HostNetwork, _ after: HostNetwork
  ) -> Bool {
    let terminal = Terminal.ofStandardOutput()
    let table = Table(results: scene.results).lines.map {
      $0.rendered(columns: 160, colour: terminal?.hasColour ?? false)
    }
    Terminal.write("\n" + table.map { $0 + "\n" }.joined() + "\n")
    if !survived {
      Terminal.write("The last words of who ran there:\n\(log)\n\n")
    }
    let changed = before.differences(from: after)
    if changed.isEmpty {
      let what = before.knowsFirewall ? "routes, rules and firewall rules" : "routes and rules"
      Terminal.write("This machine's own network was not touched:\n\(what) are what they were.\n")
    } else {
      let commands = changed.map { "`\($0)`" }.joined(separator: ", ")
      Terminal.write("This machine's own network changed meanwhile; compare \(commands).\n")
    }
    return survived && changed.isEmpty
  }

  // MARK: The beginning

  private static func checkRequirements() throws(DemoError) {
    var lacking: [String] = []
    if geteuid() != 0 { lacking.append("it must be run as root (`sudo siaga demo`)") }
    if !Command.exists("ip") { lacking.append("`ip` must be installed (the package iproute2)") }
    guard lacking.isEmpty else { throw .lacking(lacking) }
  }

  /// The second Ctrl-C: no more waiting. The daemon and the streams die with us.
  private static func leaveInAHurry() -> Never {
    do {
      try Namespace.removeAllOfThisProcess()
      try ScratchDirectory.removeAllOfThisProcess()
    } catch {
      Terminal.write("\n\(error)\n")
    }
    Terminal.write(LivePicture.showCursor)
    exit(130)
  }
}
