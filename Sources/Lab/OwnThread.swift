import Dispatch

/// A thread for one test. What blocks there keeps nobody waiting but the test itself; the threads of
/// Swift's pool are as few as processors, and all tests that run beside each other share them.
public final class OwnThread: TaskExecutor {
  private let queue = DispatchQueue(label: "siaga.test")

  private init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }

  public static func run<Value, Failure: Error>(
    _ body: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await withTaskExecutorPreference(OwnThread(), operation: body)
  }
}
