import CLinux
import Glibc
import Model
import Synchronization

/// One thread around one epoll: the executor of the actor that decides.
///
/// A turn: wait; run the handlers of what is ready; run the jobs that were enqueued; then
/// `turnEnded`. Sockets are drained before anything is judged, so that a late wake loses
/// nobody's answer. Where something is due, the moment to judge by is taken before they are
/// drained once more: were the thread held up anywhere since, what came meanwhile is not late.
/// Nothing on it blocks.
public final class EventLoop: SerialExecutor, @unchecked Sendable {
  // @unchecked: `handlers`, `errands`, `turnEnded`, `turnBegan`, `unreadSince`, `judged` and
  // `thread` belong to the loop's own thread, which `run` is called on after they are set up; the
  // queue is behind its mutex.
  public typealias Handler = () -> Void

  private static let name: StaticString = "siaga-loop"

  private let epoll: Descriptor
  private let doorbell: Descriptor
  private let queue = Mutex(Queue())
  private var handlers: [Int32: Handler] = [:]
  private var thread: pthread_t?
  /// When this turn ended its wait.
  public private(set) var turnBegan = Instant.zero
  private var unreadSince: Instant?
  private var errands: [Int: (Int32) -> Void] = [:]  // whom to tell what came of each
  private var lastErrand = 0
  private var judged = Instant.zero

  /// Runs at the end of each turn, told the moment to judge by; says when the next must come at
  /// the latest.
  public var turnEnded: (Instant) -> Instant? = { _ in nil }

  private struct Queue {
    var jobs: [UnownedJob] = []
    var closures: [@Sendable () -> Void] = []
  }

  public init() throws(SystemError) {
    epoll = try Descriptor(siaga_epoll_open(), for: "open epoll")
    doorbell = try Descriptor(siaga_eventfd_open(), for: "open an eventfd")
    try Self.check(siaga_epoll_watch(epoll.number, doorbell.number), "watch the eventfd")
  }

  private static func check(_ result: Int32, _ what: String) throws(SystemError) {
    if result < 0 { throw SystemError(code: -result, what: what) }
  }

  /// Calls `handler` on the loop's thread whenever the descriptor can be read.
  public func watch(_ descriptor: Int32, _ handler: @escaping Handler) throws(SystemError) {
    try Self.check(siaga_epoll_watch(epoll.number, descriptor), "watch descriptor \(descriptor)")
    handlers[descriptor] = handler
  }

  /// The same, once it can be written: for a connection that was begun.
  public func watchWritable(
    _ descriptor: Int32, _ handler: @escaping Handler
  ) throws(SystemError) {
    try Self.check(
      siaga_epoll_watch_writable(epoll.number, descriptor), "watch descriptor \(descriptor)")
    handlers[descriptor] = handler
  }

  /// Before the descriptor is closed.
  public func forget(_ descriptor: Int32) {
    siaga_epoll_forget(epoll.number, descriptor)
    handlers[descriptor] = nil
  }

  /// For a handler that stops before its socket is empty, so that others have their turn: what is
  /// left there came no earlier than this. What is due is judged as of then, for what answers it
  /// may be among that.
  public func leftUnread(since moment: Instant) {
    unreadSince = Instant.earlier(unreadSince, moment)
  }

  /// Takes the calling thread for good.
  public func run() -> Never {
    thread = pthread_self()
    siaga_prepare_thread(Self.name.utf8Start)
    turnBegan = Clock.now
    var deadline: Instant? = turn(.zero)
    while true {
      wait(until: deadline)
      deadline = turn(deadline)
    }
  }

  func wait(until deadline: Instant?) {
    let timeout = deadline.map { max(0, ($0 - Clock.now).nanoseconds) } ?? -1
    withUnsafeTemporaryAllocation(of: siaga_ready.self, capacity: 64) { ready in
      let count = siaga_epoll_wait(epoll.number, ready.baseAddress, 64, timeout)
      turnBegan = Clock.now
      unreadSince = nil
      for index in 0..<max(0, Int(count)) {
        let descriptor = ready[index].descriptor
        if descriptor == doorbell.number {
          siaga_eventfd_clear(descriptor)
        } else {
          handlers[descriptor]?()
        }
      }
    }
  }

  private func turn(_ deadline: Instant?) -> Instant? {
    let (now, began) = (Clock.now, turnBegan)
    if let deadline, deadline <= now { wait(until: .zero) }
    turnBegan = began
    // Jobs that enqueue others get theirs in the next turn: a turn is finite.
    let due = queue.withLock { queue in
      defer { queue = Queue() }
      return queue
    }
    for job in due.jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    for closure in due.closures { closure() }
    return turnEnded(momentToJudge(at: now))
  }

  /// It never goes back.
  func momentToJudge(at now: Instant) -> Instant {
    judged = max(judged, min(now, unreadSince ?? now))
    return judged
  }

  /// - Returns: the number of something whose outcome is told by `ended`.
  func begin(_ done: @escaping (Int32) -> Void) -> Int {
    lastErrand += 1
    errands[lastErrand] = done
    return lastErrand
  }

  func ended(_ errand: Int, _ result: Int32) {
    errands.removeValue(forKey: errand)?(result)
  }

  // MARK: SerialExecutor

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.withLock { $0.jobs.append(job) }
    siaga_eventfd_signal(doorbell.number)
  }

  /// From any thread: runs on the loop's thread, in order.
  public func post(_ closure: @escaping @Sendable () -> Void) {
    queue.withLock { $0.closures.append(closure) }
    siaga_eventfd_signal(doorbell.number)
  }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// A call into an actor that lives on a loop, as `assumeIsolated` makes it, but with nothing to
  /// allocate for each: that turns the closure given to it into one that may escape, every time.
  public static func entry<Owner: Actor, Input, Output>(
    _ body: @escaping @Sendable (isolated Owner, Input) -> Output
  ) -> @Sendable (Owner, Input) -> Output {
    // They differ in who may call them, which is looked at when they are called.
    let call = unsafeBitCast(body, to: (@Sendable (Owner, Input) -> Output).self)
    return { owner, input in
      owner.preconditionIsolated("called off the event loop's thread")
      return call(owner, input)
    }
  }

  public func checkIsolated() {
    precondition(isOnLoop, "called off the event loop's thread")
  }

  public func isIsolatingCurrentContext() -> Bool? {
    isOnLoop
  }

  private var isOnLoop: Bool {
    // Before `run`, whoever sets the loop up owns it.
    thread.map { pthread_equal($0, pthread_self()) != 0 } ?? true
  }
}
