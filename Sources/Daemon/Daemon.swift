import API
import CLinux
import Config
import Engine
import Glibc
import Kernel
import Logging
import Model

/// `siaga run`: puts the parts together, and takes them apart again.
public struct Daemon: Sendable {
  public struct Options: Sendable {
    public var config: String
    public var mustExist: Bool  // the operator named the file
    public var socket: String
    public var stateDirectory: String
    public var version: String

    public init(
      config: String, mustExist: Bool, socket: String, stateDirectory: String, version: String
    ) {
      self.config = config
      self.mustExist = mustExist
      self.socket = socket
      self.stateDirectory = stateDirectory
      self.version = version
    }
  }

  private let options: Options
  private let logger: Logger

  public init(options: Options, logger: Logger) {
    self.options = options
    self.logger = logger
  }

  /// Runs until SIGTERM or SIGINT, which leave the network as it stands, but for what another node
  /// takes over.
  public func run() async throws {
    _ = Clock.reading  // reads the time zone's file, which the loop must not
    if let missing = Capabilities.missing { throw DaemonFailure(missing) }
    let file = ConfigFile(path: options.config, exists: access(options.config, F_OK) == 0)
    guard file.isInForce || !options.mustExist else {
      throw DaemonFailure("\(options.config): there is no such file", isUsage: true)
    }
    let configuration = try firstConfiguration(file)
    let claim: Claim
    do { claim = try Claim() } catch { throw DaemonFailure(error.sentence) }
    defer { claim.release() }
    try prepareDirectories()
    let parts = try assemble(configuration, file)
    LoopThread.start(parts.loop)
    try await serve(parts)
  }

  private func firstConfiguration(_ file: ConfigFile) throws -> Configuration {
    guard file.isInForce else {
      let found = try ConfigSource.fromDefaultRoutes(try KernelReader())
      let names = found.uplinks.map(\.name.text).joined(separator: ", ")
      logger.notice(
        "no file \(file.path): watching this machine's default routes (\(names.isEmpty ? "none yet" : names)) by carrier, address and gateway"
      )
      return found
    }
    do throws(ConfigSource.Unusable) {
      return try ConfigSource.read(file: file.path)
    } catch {
      throw DaemonFailure(error.problems.joined(separator: "\n"), isUsage: true)
    }
  }

  private func prepareDirectories() throws {
    for directory in [options.stateDirectory, Self.directory(of: options.socket)] {
      guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
        let name = ErrorName.of(errno)
        throw DaemonFailure("cannot make \(directory) (\(name)); may siaga write there?")
      }
    }
    try SocketPath(options.socket).clear()
  }

  private static func directory(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// What runs, and what is told when something ends it.
  private struct Parts {
    let loop: EventLoop
    let core: Core
    let memory: MemoryFile
    let names: NameServerKeeper
    let hooks: HookRunner
    let file: ConfigFile
    let signals: AsyncStream<Signal>
  }

  private func assemble(_ configuration: Configuration, _ file: ConfigFile) throws -> Parts {
    let loop = try EventLoop()
    let (stored, tellStored) = AsyncStream.makeStream(
      of: String?.self, bufferingPolicy: .bufferingNewest(1))
    let memory = MemoryFile(
      path: Paths.memory(options.stateDirectory), logger: logger, tell: { tellStored.yield($0) })
    let (named, tellNamed) = AsyncStream.makeStream(
      of: String?.self, bufferingPolicy: .bufferingNewest(1))
    let names = NameServerKeeper(
      record: Paths.nameServerRecord(options.stateDirectory), logger: logger,
      tell: { tellNamed.yield($0) })
    let (signals, signalled) = AsyncStream.makeStream(of: Signal.self)
    let (routes, routesChanged) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let (swept, tellSwept) = AsyncStream.makeStream(
      of: String?.self, bufferingPolicy: .bufferingNewest(64))
    let kernel = try KernelSide(
      loop: loop, sysctlRecord: Paths.sysctlRecord(options.stateDirectory),
      swept: { tellSwept.yield($0) })
    let hooks = try HookRunner(host: Self.hostName, logger: logger)
    let core = Core(
      seed: .random(in: .min ... .max), host: NodeName(Self.hostName), loop: loop,
      shell: LiveShell(
        kernel: kernel,
        outlets: LiveShell.Outlets(
          remember: { memory.save($0) }, resolve: { names.resolve($0) },
          defaultsChanged: { routesChanged.yield() }),
        hooks: hooks,
        logger: logger))
    try Signal.watch(on: loop) { signalled.yield($0) }
    try core.assumeIsolated { core in
      try core.attach()
      core.handle(.remembered(memory.load()))
      core.handle(.configured(configuration))
    }
    Task { for await failure in swept { await core.sweepEnded(failure) } }
    Task { for await failure in stored { await core.memoryStored(failure) } }
    Task { for await failure in named { await core.namesTold(failure) } }
    Task { [logger] in
      for await _ in routes where file.followsRoutes { await Self.followRoutes(core, file, logger) }
    }
    return Parts(
      loop: loop, core: core, memory: memory, names: names, hooks: hooks, file: file,
      signals: signals)
  }

  /// Without a file, the machine's default routes are the configuration.
  private static func followRoutes(_ core: Core, _ file: ConfigFile, _ logger: Logger) async {
    do {
      let found = try ConfigSource.fromDefaultRoutes(try KernelReader())
      // A file may have come meanwhile.
      guard file.followsRoutes else { return }
      await core.take(found)
    } catch {
      logger.warning("the machine's default routes could not be read: \(error)")
    }
  }

  private func serve(_ parts: Parts) async throws {
    let identity = Identity(
      node: Self.hostName, version: options.version, startedAt: Clock.now)
    let views = ViewDesk(core: parts.core)
    let trials = TrialDesk(
      core: parts.core, views: views, files: parts.file, memory: parts.memory, logger: logger)
    let service = Service(
      core: parts.core, views: views, files: parts.file, trials: trials, identity: identity)
    let control = ControlSocket(path: options.socket, operations: service, logger: logger)
    let place = SocketPath(options.socket)
    // Whichever ends first ends the daemon: an order to, or a socket that cannot be served. The socket
    // is served until the process ends: were that cancelled, NIO would end the process by force when a
    // client was let in at that moment whom nobody receives.
    let (ending, end) = AsyncThrowingStream<Void, any Error>.makeStream()
    Task { [options, logger] in
      do {
        try await control.serve {
          place.grant()
          ServiceManager.tell("READY=1")
          logger.notice("siaga \(options.version) is on watch; control socket \(options.socket)")
        }
        end.finish()
      } catch {
        end.finish(throwing: error)
      }
    }
    Task {
      await obey(parts, trials)
      end.finish()
    }
    for try await _ in ending {}
    parts.hooks.end()
    parts.memory.flush()
    parts.names.flush()
    place.remove()
    logger.notice("siaga ends; the network stays as it is")
  }

  static var hostName: String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func obey(_ parts: Parts, _ trials: TrialDesk) async {
    for await signal in parts.signals {
      switch signal {
      case .end:
        ServiceManager.tell("STOPPING=1")
        await parts.core.leave()
        return
      case .reload:
        await reload(parts, trials)
      }
    }
  }

  /// A broken file keeps the old configuration, and says so.
  private func reload(_ parts: Parts, _ trials: TrialDesk) async {
    ServiceManager.tell("RELOADING=1")
    defer { ServiceManager.tell("READY=1") }
    do throws(ConfigSource.Unusable) {
      let configuration = try ConfigSource.read(file: parts.file.path)
      parts.file.wasTaken()
      await trials.reloaded(configuration)
      logger.notice("\(parts.file.path) was read again")
    } catch {
      logger.warning(
        "\(parts.file.path) was not taken; the configuration stays as it was:\n\(error.problems.joined(separator: "\n"))"
      )
    }
  }
}
