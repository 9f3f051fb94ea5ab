import Model
import Testing

struct FlowFilterTests {
  private func filters(_ slots: some Sequence<UInt32>) -> [FlowFilter] {
    slots.map {
      FlowFilter(mark: ($0 + 1) << 8, mask: 0xff00, family: .ipv4, scope: .all)
    }
  }

  private func marks(_ filters: [FlowFilter]) -> Set<UInt32> {
    Set(
      (0...0xff).map { $0 << 8 }.filter { mark in
        filters.contains { mark & $0.mask == $0.mark }
      })
  }

  @Test(arguments: [
    Array(0..<150), [0], [], [1, 1], [3, 200, 77], (0..<200).filter { $0 % 4 != 3 },
  ])
  func `joined filters find the flows of the same links, and of no others`(slots: [UInt32]) {
    let apart = filters(slots)
    let joined = FlowFilter.joined(apart)
    #expect(marks(joined) == marks(apart))
    #expect(joined.count <= apart.count)
  }

  @Test
  func `a hundred and fifty links that die together take few walks through the flows`() {
    #expect(FlowFilter.joined(filters(0..<150)).count <= 12)
  }

  @Test
  func `what is to end of one link and of another in different ways stays apart`() {
    let dead = FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .all)
    let left = FlowFilter(mark: 0x200, mask: 0x3f00, family: .ipv4, scope: .translated)
    let other = FlowFilter(mark: 0x300, mask: 0x3f00, family: .ipv6, scope: .all)
    #expect(FlowFilter.joined([dead, left, other]) == [dead, left, other])
  }

  @Test
  func `one filter that covers several finds the flows of each`() throws {
    let apart = filters([2, 3, 130])
    let covering = try #require(FlowFilter.covering(apart))
    #expect(marks(apart).isSubset(of: marks([covering])))
    #expect(FlowFilter.covering([apart[0]]) == apart[0])
    #expect(FlowFilter.covering([]) == nil)
  }
}
