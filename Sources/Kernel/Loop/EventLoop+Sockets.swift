import Dispatch
import Glibc

/// What may wait where sockets come and go: who joins a group of hosts, or closes a socket that is in
/// one, takes the kernel's lock for networks (rtnl), and a socket of ARP packets closes once every
/// processor has looked away.
extension EventLoop {
  private static let queue = DispatchQueue(label: "siaga.sockets")

  /// Forgets the descriptor, and closes it soon.
  func retire(_ descriptor: Int32) {
    forget(descriptor)
    close(descriptor)
  }

  /// Closes a descriptor that it does not watch.
  func close(_ descriptor: Int32) {
    Self.queue.async { Glibc.close(descriptor) }
  }

  /// Lets a socket join a group of hosts, before it is closed, should that be asked for later.
  /// - Parameter done: what came of it: 0, or -errno.
  func join(_ call: @escaping @Sendable () -> Int32, done: @escaping (Int32) -> Void) {
    let errand = begin(done)
    Self.queue.async {
      let result = call()
      self.post { self.ended(errand, result) }
    }
  }
}
