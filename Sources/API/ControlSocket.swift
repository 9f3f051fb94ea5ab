import Hummingbird
import HummingbirdCore
import Logging
import Model
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The HTTP server on the Unix socket, on one thread of its own.
public struct ControlSocket: Sendable {
  private let path: String
  private let operations: any Operations
  private let logger: Logger

  /// More clients than this wait to be accepted.
  private static let mostConnections = 64
  /// A configuration is at most 1 MiB; an order is far smaller.
  private static let longestBody = 2 << 20

  public init(path: String, operations: any Operations, logger: Logger) {
    self.path = path
    self.operations = operations
    self.logger = logger
  }

  /// Serves for as long as the process lives.
  /// - Parameter opened: called once, when the socket is there.
  /// - Throws: what keeps it from being served.
  public func serve(opened: @escaping @Sendable () -> Void) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      try await server(on: group, opened).run()
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }

  /// Hummingbird's server without its `Application`, which wakes once a second for a date
  /// that no client of a Unix socket reads.
  private func server(
    on group: MultiThreadedEventLoopGroup, _ opened: @escaping @Sendable () -> Void
  ) throws -> any Service {
    var quiet = logger
    quiet.logLevel = .critical  // it calls an ordered end an error
    let responder = Routes(operations: operations).router().buildResponder()
    let guests = Guests()
    return try HTTPServerBuilder.http1(
      configuration: .init(additionalChannelHandlers: [Doorman(guests)])
    )
    .buildServer(
      configuration: ServerConfiguration(
        address: .unixDomainSocket(path: path),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
      eventLoopGroup: group, logger: quiet,
      responder: { [quiet] request, writer, channel in
        let source = ApplicationRequestContextSource(channel: channel, logger: quiet)
        let context = BasicRequestContext(source: source)
        let (response, isLast) = await Self.response(to: request, context, responder) {
          guests.hasAsked(channel)
        }
        guests.isAnswered(channel)
        try await writer.write(response: response.head, body: response.body)
        guests.isAnswered(channel)
        if isLast { channel.close(promise: nil) }
      },
      onServerRunning: { [logger] server in
        do {
          try await server.eventLoop.submit {
            let usher = Usher(logger: logger)
            try server.pipeline.syncOperations.addHandler(usher, position: .first)
          }.get()
        } catch {
          return  // it is closed already
        }
        opened()
      })
  }

  /// The whole request is read before anything is done about it.
  /// - Parameter read: called once it is.
  /// - Returns: whether the connection ends with it, for nobody knows where the next one begins.
  private static func response(
    to request: Request, _ context: BasicRequestContext,
    _ responder: some HTTPResponder<BasicRequestContext>, read: () -> Void
  ) async -> (Response, isLast: Bool) {
    var request = request
    do {
      _ = try await request.collectBody(upTo: longestBody)
    } catch let error as HTTPError {
      return (JSONAnswer.refusal("the body is longer than 2 MiB", error.status), true)
    } catch {
      return (JSONAnswer.refusal("\(error)", .badRequest), true)
    }
    read()
    do {
      return (try await responder.respond(to: request, context: context), false)
    } catch {
      return (JSONAnswer.refusal("\(error)", .badRequest), false)
    }
  }
}
