import Glibc
import Synchronization

/// A thread of our own, outside Swift's pool: for what blocks, keeps time, or lives in another
/// namespace.
public final class WorkerThread: Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  private let handle: Mutex<pthread_t?>

  public init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    let problem = pthread_create(&thread, nil, Self.enter, context)
    precondition(problem == 0, "no more threads: \(String(cString: strerror(problem)))")
    handle = Mutex(thread)
  }

  /// Waits for the body to end; the second call returns at once.
  public func join() {
    guard let thread = handle.withLock({ $0.take() }) else { return }
    pthread_join(thread, nil)
  }

  deinit {
    if let thread = handle.withLock({ $0.take() }) {
      pthread_detach(thread)
    }
  }

  private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
    { context in
      guard let context else { return nil }
      Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }

  /// Runs a body on a thread of its own and waits for what it returns.
  static func perform<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    let result = Handover<Result<Value, any Error>>()
    WorkerThread { result.give(Result(catching: body)) }.join()
    return try result.wait().get()
  }
}
