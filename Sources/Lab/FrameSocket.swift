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
    siaga_lab_send_frame(descriptor, index, frame, frame.count) == 0
  }
}
