import Glibc

/// A file descriptor with one owner, closed when the owner is gone.
struct Descriptor: ~Copyable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Both ends of a pipe, closed on exec.
  static func pipe() throws(LabError) -> (read: Descriptor, write: Descriptor) {
    var ends: [Int32] = [0, 0]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .system("make a pipe", errno: errno) }
    return (Descriptor(ends[0]), Descriptor(ends[1]))
  }

  /// What can be read without waiting for more, at most `limit` bytes; empty at the end.
  func read(atMost limit: Int = 65_536) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = max(0, Glibc.read(number, buffer.baseAddress, limit))
    }
  }
}
