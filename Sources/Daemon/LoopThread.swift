import Glibc
import Kernel

/// The thread that the event loop, and with it the core, lives on.
enum LoopThread {
  private final class Box {
    let loop: EventLoop
    init(_ loop: EventLoop) { self.loop = loop }
  }

  static func start(_ loop: EventLoop) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(loop))
    let result = pthread_create(
      &thread, nil,
      { argument in
        // The box was retained for this thread alone.
        guard let argument else { return nil }
        let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
        box.loop.run()
      }, box.toOpaque())
    precondition(result == 0, "the loop's thread could not be started: \(result)")
    pthread_detach(thread)
  }
}
