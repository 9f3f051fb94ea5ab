import Hummingbird
import HummingbirdCore
import Logging
import Model
import NIOCore
import NIOPosix

/// The HTTP server on the Unix socket, on one thread of its own.
public struct ControlSocket: Sendable {
  private let path: String
  private let operations: any Operations
  private let logger: Logger

  /// More clients than this wait to be accepted.
  private static let mostConnections = 64

  public init(path: String, operations: any Operations, logger: Logger) {
    self.path = path
    self.operations = operations
    self.logger = logger
  }

  /// Serves until the task is cancelled.
  /// - Parameter opened: called once, when the socket is there.
  public func serve(opened: @escaping @Sendable () -> Void) async throws {
    var quiet = logger
    quiet.logLevel = .critical  // it calls an ordered end an error
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let router = Routes(operations: operations).router()
    let application = Application(
      responder: router.buildResponder(),
      configuration: ApplicationConfiguration(
        address: .unixDomainSocket(path: path),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
      onServerRunning: { _ in opened() },
      eventLoopGroupProvider: .shared(group),
      logger: quiet)
    do {
      try await application.run()
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }
}
