import Dispatch
import Synchronization
import Testing

@testable import Kernel

struct LaneTests {
  private final class Diary: Sendable {
    let entries = Mutex<[Int]>([])
  }

  @Test
  func `whoever asks is not kept waiting, and all is done in order`() throws {
    let diary = Diary()
    let lane = try Lane("siaga-test", diary)
    let (mayGoOn, isDone) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    lane.ask { _ in mayGoOn.wait() }
    for number in 1...100 {
      lane.ask { diary in diary.entries.withLock { $0.append(number) } }
    }
    lane.ask { _ in isDone.signal() }
    #expect(diary.entries.withLock { $0.isEmpty })
    mayGoOn.signal()
    #expect(isDone.wait(timeout: .now() + .seconds(10)) == .success)
    #expect(diary.entries.withLock { $0 } == Array(1...100))
  }
}
