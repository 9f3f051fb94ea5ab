import Lab

/// A network that stands, its daemons in it, and packets flowing through it.
protocol Stage: AnyObject, Sendable {
  var stream: PacketStream { get }
  var daemons: [(part: Part, daemon: GatewayDaemon)] { get }

  /// In the order in which they are pulled; whoever has no cable has none.
  func cables(of part: Part) -> [any Cable]
  /// It passes nothing on, and the carriers stay.
  func mute(_ part: Part) throws -> Moment
  func unmute(_ part: Part) throws
  /// Whose kernel has the address; nil: the daemon is asked.
  func holders() throws -> Set<Part>?
  /// Ends all that runs and removes all that was made.
  func tearDown() throws
}

extension Stage {
  /// Does it to the network; the moment just before.
  func perform(_ act: Step.Act) throws -> Moment {
    let before = Moment.now
    switch act {
    case .pull(let part): return try cables(of: part)[0].pull()
    case .plug(let part): return try cables(of: part)[0].plug()
    case .pullBoth(let one, let other):
      for part in [one, other] { try cables(of: part)[0].pull() }
    case .mute(let part): return try mute(part)
    case .unmute(let part): try unmute(part)
    case .cutPower(let part):
      // Nothing more goes out before anything inside can say a word about it.
      let lost = try mute(part)
      daemon(of: part).kill()
      for cable in cables(of: part) { try cable.pull() }
      return lost
    case .givePower(let part):
      for cable in cables(of: part) { try cable.plug() }
      try daemon(of: part).start()
    case .kill(let part): return daemon(of: part).kill()
    case .stop(let part): daemon(of: part).end()
    case .start(let part): return try daemon(of: part).start()
    case .stall(let part): daemon(of: part).stall()
    case .goOn(let part): daemon(of: part).goOn()
    }
    return before
  }

  private func daemon(of part: Part) -> GatewayDaemon {
    guard let found = daemons.first(where: { $0.part == part }) else {
      preconditionFailure("\(part) has no daemon")
    }
    return found.daemon
  }

  /// What to show when something was not survived.
  var lastWords: String {
    daemons.map { $0.daemon.logTail() }.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// Waits until the daemons have done what they are there for.
  func await(
    _ what: String, _ isTrue: () throws -> Bool
  ) async throws {
    let end = Moment.now + .seconds(10)
    while try !isTrue() {
      for (_, daemon) in daemons {
        guard let exit = daemon.program.wait(atMost: .zero) else { continue }
        throw DemoError.daemonDidNotStart("the daemon \(exit)", log: daemon.logTail())
      }
      guard Moment.now < end else {
        throw DemoError.daemonDidNotStart("after 10 s it runs, but \(what)", log: lastWords)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}

enum DemoError: Error, CustomStringConvertible {
  case lacking([String])
  case daemonDidNotStart(String, log: String)

  var description: String {
    switch self {
    case .lacking(let things):
      "the demo builds networks of its own, and for that \(things.joined(separator: "; "))"
    case .daemonDidNotStart(let how, let log):
      "a daemon of the demo's network did not take up its work: \(how)\n\(log)"
    }
  }
}
