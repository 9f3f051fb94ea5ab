import Model
import NIOCore
import NIOHTTP1
import NIOPosix

/// What is asked, independent of the connection.
struct Request: Sendable, CustomStringConvertible {
  enum Body: Sendable {
    case none
    case json([UInt8])
    case yaml(String)
  }

  let method: HTTPMethod
  let path: String
  let body: Body

  static func get(_ path: String) -> Request {
    Request(method: .GET, path: path, body: .none)
  }

  static func post(_ path: String, body: Body = .none) -> Request {
    Request(method: .POST, path: path, body: body)
  }

  var description: String { "\(method) \(path)" }
}

struct Response: Sendable {
  var status: Int
  var body: [UInt8]
}

/// One question and one answer on a connection of their own.
struct Exchange: Sendable {
  /// No answer of the daemon comes near; a larger one is not the daemon's.
  static let bodyLimit = 8 << 20

  let socket: String
  let timeout: Duration

  func perform(_ request: Request) async throws(DaemonError) -> Response {
    do {
      return try await withThrowingTaskGroup(of: Response.self) { race in
        defer { race.cancelAll() }
        race.addTask { try await converse(request) }
        race.addTask {
          try await Task.sleep(for: timeout)
          throw DaemonError.timedOut(socket: socket, after: timeout)
        }
        guard let first = try await race.next() else {
          preconditionFailure("two tasks were added, and none came first")
        }
        return first
      }
    } catch let error as DaemonError {
      throw error
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw .unexpected("the daemon broke off while answering \(request) (\(error))")
    }
  }

  private func converse(_ request: Request) async throws -> Response {
    try await connect().executeThenClose { inbound, outbound in
      try await outbound.write(contentsOf: parts(of: request))
      return try await collect(inbound, answering: request)
    }
  }

  private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  private func connect() async throws(DaemonError) -> Connection {
    do {
      return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.nanoseconds(timeout.nanoseconds))
        .connect(unixDomainSocketPath: socket) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            return try Connection(wrappingChannelSynchronously: channel)
          }
        }
    } catch let error as IOError {
      throw .unreachable(socket: socket, reason: UnreachableReason(errno: error))
    } catch SocketAddressError.unixDomainSocketPathTooLong {
      throw .unreachable(socket: socket, reason: .pathTooLong)
    } catch {
      throw .unreachable(socket: socket, reason: .other("\(error)"))
    }
  }

  private func parts(of request: Request) -> [HTTPClientRequestPart] {
    var headers = HTTPHeaders([("host", "siaga"), ("connection", "close")])
    var payload = ByteBuffer()
    switch request.body {
    case .none:
      break
    case .json(let bytes):
      headers.add(name: "content-type", value: "application/json")
      payload.writeBytes(bytes)
    case .yaml(let text):
      headers.add(name: "content-type", value: "application/yaml")
      payload.writeString(text)
    }
    if request.method != .GET {
      headers.add(name: "content-length", value: "\(payload.readableBytes)")
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: request.method, uri: request.path, headers: headers)
    return [.head(head)] + (payload.readableBytes > 0 ? [.body(.byteBuffer(payload))] : [])
      + [.end(nil)]
  }

  private func collect(
    _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, answering request: Request
  ) async throws -> Response {
    var response: Response?
    for try await part in inbound {
      switch part {
      case .head(let head):
        response = Response(status: Int(head.status.code), body: [])
      case .body(let bytes):
        response?.body.append(contentsOf: bytes.readableBytesView)
        guard (response?.body.count ?? 0) <= Self.bodyLimit else {
          throw DaemonError.unexpected(
            "the answer to \(request) is longer than \(Self.bodyLimit >> 20) MiB")
        }
      case .end:
        guard let response else { break }
        return response
      }
    }
    try Task.checkCancellation()
    throw DaemonError.unexpected("the daemon closed the connection in the middle of its answer")
  }
}

extension UnreachableReason {
  fileprivate init(errno error: IOError) {
    switch error.errnoCode {
    case ENOENT: self = .noSuchFile
    case ECONNREFUSED: self = .nobodyListens
    case EACCES, EPERM: self = .notAllowed
    case EAGAIN: self = .busy
    default: self = .other("\(error)")
    }
  }
}
