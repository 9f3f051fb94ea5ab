import Model
import Testing

@testable import Pilot

struct HindsightTests {
  private static func gone(_ number: Int) -> KernelState.Delta {
    .linkGone(InterfaceIndex(Int32(number)))
  }

  @Test
  func `what was heard since a question stands over its answer, in order`() {
    var hindsight = Hindsight()
    hindsight.hear([Self.gone(1)])
    let first = hindsight.ask()
    hindsight.hear([Self.gone(2)])
    let second = hindsight.ask()
    hindsight.hear([Self.gone(3), Self.gone(4)])
    #expect(hindsight.answered(first).map { Array($0.heard) } == (2...4).map(Self.gone))
    hindsight.hear([Self.gone(5)])
    #expect(hindsight.answered(second).map { Array($0.heard) } == (3...5).map(Self.gone))
  }

  @Test
  func `an answer that comes before anything else is the last word`() {
    var hindsight = Hindsight()
    hindsight.hear([Self.gone(1)], withLosses: true)
    let since = hindsight.answered(hindsight.ask())
    #expect(since?.heard.isEmpty == true)
    #expect(since?.hasLosses == false)
  }

  @Test
  func `what may have gone without a word since then is known`() {
    var hindsight = Hindsight()
    let mark = hindsight.ask()
    hindsight.hear([Self.gone(1)], withLosses: true)
    #expect(hindsight.answered(mark)?.hasLosses == true)
  }

  @Test
  func `an answer that came after more than can be kept is worth nothing, the next one is`() {
    var hindsight = Hindsight()
    let mark = hindsight.ask()
    hindsight.hear(Array(repeating: Self.gone(1), count: Hindsight.most + 1))
    let later = hindsight.ask()
    hindsight.hear([Self.gone(2)])
    #expect(hindsight.answered(mark).map { Array($0.heard) } == nil)
    #expect(hindsight.answered(later).map { Array($0.heard) } == [Self.gone(2)])
  }

  @Test
  func `two questions of one moment are answered one by one`() {
    var hindsight = Hindsight()
    let (first, second) = (hindsight.ask(), hindsight.ask())
    hindsight.hear([Self.gone(1)])
    #expect(hindsight.answered(first)?.heard.count == 1)
    hindsight.hear([Self.gone(2)])
    #expect(hindsight.answered(second)?.heard.count == 2)
  }
}
