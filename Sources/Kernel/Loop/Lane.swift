import CLinux
import Dispatch
import Glibc
import Synchronization

/// Somebody whom the kernel may keep waiting, on a thread of his own, asked for one thing after
/// another.
///
/// Whoever reads or changes links, addresses and routes waits for the kernel's one lock for them
/// (rtnl): for 20 to 50 ms beside a namespace that is being taken apart, and for any time beside a
/// driver that hangs. What matters of it comes back to the loop as an event.
public final class Lane<Worker>: @unchecked Sendable {
  // @unchecked: the worker belongs to the lane's thread, once it is handed over.
  private let worker: Worker
  private let jobs = Mutex<[@Sendable (Worker) -> Void]>([])
  private let bell = DispatchSemaphore(value: 0)

  /// - Parameter name: of the thread, 15 letters at most.
  public init(_ name: StaticString, _ worker: sending Worker) throws(SystemError) {
    self.worker = worker
    let isStarted = BlockingThread.start { [self] in
      siaga_prepare_thread(name.utf8Start)
      work()
    }
    guard isStarted else { throw SystemError(code: EAGAIN, what: "start the thread \(name)") }
  }

  /// After all that was asked before.
  public func ask(_ job: @escaping @Sendable (Worker) -> Void) {
    jobs.withLock { $0.append(job) }
    bell.signal()
  }

  /// For as long as the process lives.
  private func work() {
    while true {
      bell.wait()
      let due = jobs.withLock { jobs in
        defer { jobs = [] }
        return jobs
      }
      for job in due { job(worker) }
    }
  }
}
