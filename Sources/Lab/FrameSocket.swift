import CLinux
import Glibc

/// Sends whole Ethernet frames by an interface of a namespace, whoever they say they are from.
public final class FrameSocket: Sendable {
  private let descriptor: Int32
  private let index: Int32

  /// On a thread of the namespace.
  public init(_ interface: String) throws(LabError) {
    index = Int32(if_nametoindex(interface))
    guard index > 0 else { throw .system("find the interface \(interface)", errno: errno) }
    descriptor = try checked(siaga_lab_open_frames(), "open a socket for frames")
  }

  deinit {
    close(descriptor)
  }

  /// - Returns: whether the kernel took it.
  public func send(_ frame: [UInt8]) -> Bool {
    siaga_lab_send_frames(descriptor, index, frame, frame.count, 1) == 1
  }

  /// Frames of one size, one behind the other: as many as a thread can.
  /// - Returns: how many the kernel took.
  public func send(_ frames: [UInt8], each size: Int) -> Int {
    var taken = 0
    frames.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      let count = bytes.count / size
      for first in stride(from: 0, to: count, by: Self.batch) {
        let result = siaga_lab_send_frames(
          descriptor, index, start + first * size, size, UInt32(min(Self.batch, count - first)))
        taken += max(0, Int(result))
      }
    }
    return taken
  }

  private static let batch = 64
}
