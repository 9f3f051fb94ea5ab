import CLinux
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

  init(opening path: String, _ flags: Int32, mode: Int32 = 0o644) throws(LabError) {
    self.init(try checked(siaga_lab_open(path, flags, mode), "open \(path)"))
  }

  /// An unnamed file: what a program reads or prints, without a size that could block anybody.
  init(memoryNamed name: String) throws(LabError) {
    self.init(try checked(siaga_lab_open_memory(name), "make a file in memory"))
  }

  func write(_ bytes: [UInt8]) throws(LabError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      guard count > 0 else { throw .system("write to descriptor \(number)", errno: errno) }
      rest = rest.dropFirst(count)
    }
  }

  func rewind() {
    lseek(number, 0, SEEK_SET)
  }

  /// All of a file from its beginning, at most 16 MiB.
  func text() -> String {
    let size = min(lseek(number, 0, SEEK_END), 16 << 20)
    guard size > 0 else { return "" }
    rewind()
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = max(0, read(number, buffer.baseAddress, size))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What a file of the kernel's says, which has no size: from where it was read to, to its end.
  func wholeText() throws(LabError) -> String {
    var bytes: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = page.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw .system("read descriptor \(number)", errno: errno) }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += page[..<count]
    }
  }
}
