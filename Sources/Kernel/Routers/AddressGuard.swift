import CLinux
import Glibc
import Model
import Reconcile

/// A small process beside the daemon that removes held addresses when the daemon is gone, however it
/// went: the end of their socket tells it.
///
/// It is this program under another name (`siaga guard`), and is started with the first address.
/// Should both die, the addresses' lifetimes end them.
public final class AddressGuard {
  private var socket: Int32 = -1
  private var process: pid_t = 0
  private var protected: [HeldAddress] = []

  public init() {}

  deinit {
    if socket >= 0 { Glibc.close(socket) }
  }

  /// These from now on, and no others.
  public func protect(_ addresses: [HeldAddress]) {
    if socket >= 0, !isGuarded { lose() }
    guard addresses != protected || (socket < 0 && !addresses.isEmpty) else { return }
    if socket < 0 {
      guard !addresses.isEmpty else { return protected = [] }
      start()
    }
    protected = addresses
    if !tell(addresses) { lose() }
  }

  private func start() {
    if process > 0 { waitpid(process, nil, WNOHANG) }
    process = siaga_guard_start(&socket)
  }

  /// Somebody is at the other end: a guard that was killed is started again with the next renewal.
  private var isGuarded: Bool {
    var end = pollfd(fd: socket, events: 0, revents: 0)
    return poll(&end, 1, 0) == 0
  }

  private func lose() {
    Glibc.close(socket)
    socket = -1
    protected = []
  }

  private func tell(_ addresses: [HeldAddress]) -> Bool {
    let text = addresses.map { "\($0.interface) \($0.address)\n" }.joined()
    // Nothing at all would look like our end.
    let bytes = Array((text.isEmpty ? "\n" : text).utf8)
    return send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) >= 0
  }

  /// The guard's own life: it waits for the daemon's end, and cleans up.
  /// - Parameter descriptor: the other end of the daemon's socket.
  public static func run(on descriptor: Int32) throws(SystemError) {
    for signal in [SIGTERM, SIGINT, SIGHUP] { Glibc.signal(signal, SIG_IGN) }
    let writer = try KernelWriter()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var protected: [HeldAddress] = []
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      protected = addresses(in: String(decoding: buffer.prefix(count), as: UTF8.self))
    }
    _ = writer.apply(protected.map { .removeAddress($0) })
  }

  private static func addresses(in text: String) -> [HeldAddress] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, let index = Int32(parts[0]),
        let address = InterfaceAddress(String(parts[1]))
      else { return nil }
      return .shared(address.address, on: InterfaceIndex(index))
    }
  }
}
