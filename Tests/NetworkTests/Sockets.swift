import Glibc
import Lab
import Model

/// Blocking sockets in a namespace, for tests.
final class TestSocket: @unchecked Sendable {
  // @unchecked: one test uses it, one call after another.
  private let number: Int32

  init(_ type: __socket_type, _ family: Family = .ipv4, in namespace: Namespace) throws {
    let kind = Int32(type.rawValue)
    let domain = family == .ipv4 ? AF_INET : AF_INET6
    number = try namespace.run { socket(domain, kind | Int32(SOCK_CLOEXEC.rawValue), 0) }
    var patience = timeval(tv_sec: 3, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, 4)
  }

  private init(accepted number: Int32) {
    self.number = number
  }

  deinit { close(number) }

  struct Failed: Error {
    let what: String
    let code: Int32
  }

  func bind(_ address: String, _ port: UInt16) throws {
    try with(address, port) { Glibc.bind(number, $0, $1) }
  }

  func connect(_ address: String, _ port: UInt16) throws {
    try with(address, port) { Glibc.connect(number, $0, $1) }
  }

  func listen() throws {
    guard Glibc.listen(number, 4) == 0 else { throw Failed(what: "listen", code: errno) }
  }

  func accept() throws -> TestSocket {
    let taken = Glibc.accept(number, nil, nil)
    guard taken >= 0 else { throw Failed(what: "accept", code: errno) }
    return TestSocket(accepted: taken)
  }

  /// Takes each connection and lets it go, until somebody calls `shut`.
  func acceptAll() {
    while true {
      let taken = Glibc.accept(number, nil, nil)
      if taken >= 0 { close(taken) } else if errno == EINVAL || errno == EBADF { return }
    }
  }

  /// Nobody is listened to any more; who waits to accept is woken.
  func shut() {
    shutdown(number, Int32(SHUT_RDWR))
  }

  @discardableResult
  func send(_ text: String) -> Int32 {
    Glibc.send(number, text, text.utf8.count, Int32(MSG_NOSIGNAL)) < 0 ? errno : 0
  }

  /// The text and its sender's address; nil on an error or a silence of three seconds.
  func receive() -> (text: String, from: sockaddr_in)? {
    receiveBytes().map { (String(decoding: $0, as: UTF8.self), $1) }
  }

  func receiveBytes() -> (bytes: [UInt8], from: sockaddr_in)? {
    var bytes = [UInt8](repeating: 0, count: 512)
    var sender = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &sender) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(number, &bytes, bytes.count, 0, $0, &length)
      }
    }
    return count > 0 ? (Array(bytes.prefix(count)), sender) : nil
  }

  func reply(_ text: String, to address: sockaddr_in) {
    reply(Array(text.utf8), to: address)
  }

  func reply(_ bytes: [UInt8], to address: sockaddr_in) {
    var address = address
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(number, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// What SO_ERROR says.
  var pendingError: Int32 {
    var code: Int32 = 0
    var length = socklen_t(4)
    getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length)
    return code
  }

  private func with(
    _ address: String, _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws {
    let result: Int32
    if address.contains(":") {
      var target = sockaddr_in6()
      target.sin6_family = sa_family_t(AF_INET6)
      target.sin6_port = port.bigEndian
      inet_pton(AF_INET6, address, &target.sin6_addr)
      result = Self.with(&target, call)
    } else {
      var target = sockaddr_in()
      target.sin_family = sa_family_t(AF_INET)
      target.sin_port = port.bigEndian
      inet_pton(AF_INET, address, &target.sin_addr)
      result = Self.with(&target, call)
    }
    guard result == 0 else { throw Failed(what: "\(address):\(port)", code: errno) }
  }

  private static func with<Address>(
    _ address: inout Address, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call($0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}

/// One question by UDP and its answer.
enum UDPExchange {
  /// - Returns: the address that the answer came from.
  static func ask(
    from asker: Namespace, _ address: String, port: UInt16, echoedBy echoer: Namespace
  ) throws -> String? {
    let server = try TestSocket(SOCK_DGRAM, in: echoer)
    try server.bind("0.0.0.0", port)
    let client = try TestSocket(SOCK_DGRAM, in: asker)
    try client.bind(SeedNetwork.destination, 0)
    // Connected: only an answer from the asked address is taken.
    try client.connect(address, port)
    client.send("anybody there?")
    guard let question = server.receive() else { return nil }
    server.reply("yes", to: question.from)
    return client.receive() == nil ? nil : address
  }
}

/// An open TCP connection through the gateway.
final class TCPFlow {
  private let listener: TestSocket
  private let client: TestSocket
  private let server: TestSocket

  init(from: Namespace, to: Namespace, _ address: String, port: UInt16) throws {
    let family = address.contains(":") ? Family.ipv6 : .ipv4
    listener = try TestSocket(SOCK_STREAM, family, in: to)
    try listener.bind(address, port)
    try listener.listen()
    client = try TestSocket(SOCK_STREAM, family, in: from)
    try client.connect(address, port)
    server = try listener.accept()
  }

  func exchange() throws {
    client.send("hello")
    guard server.receive()?.text == "hello" else {
      throw TestSocket.Failed(what: "exchange", code: 0)
    }
  }

  /// Whether the client's next words are answered by a reset.
  func isReset(within bound: Duration) throws -> Bool {
    let end = Moment.now + bound
    while Moment.now < end {
      let code = client.send("still there?")
      if code == ECONNRESET || code == EPIPE || client.pendingError == ECONNRESET { return true }
      (Moment.now + .milliseconds(20)).sleep()
    }
    return false
  }
}
