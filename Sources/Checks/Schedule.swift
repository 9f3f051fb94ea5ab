import Model

/// When each of many things is due, the soonest at hand: a heap that knows where everybody
/// stands. They are numbered from 0.
public struct Schedule: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public let number: Int
    public let at: Instant
  }

  private var heap: [Entry] = []
  private var places: [Int?]  // of each number in the heap; nil: it is not due at all

  public init(count: Int = 0) {
    places = [Int?](repeating: nil, count: count)
  }

  public var first: Entry? { heap.first }

  /// - Parameter at: nil: not at all.
  public mutating func set(_ number: Int, to at: Instant?) {
    switch (places[number], at) {
    case (nil, nil):
      break
    case (nil, let at?):
      heap.append(Entry(number: number, at: at))
      rise(from: heap.count - 1)
    case (let place?, let at?):
      let before = heap[place].at
      guard at != before else { return }
      heap[place] = Entry(number: number, at: at)
      if at < before { rise(from: place) } else { sink(from: place) }
    case (let place?, nil):
      takeOut(place)
    }
  }

  private mutating func takeOut(_ place: Int) {
    places[heap[place].number] = nil
    let last = heap.removeLast()
    guard place < heap.count else { return }
    heap[place] = last
    rise(from: place)
    sink(from: places[last.number] ?? place)
  }

  private mutating func rise(from start: Int) {
    let entry = heap[start]
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard entry.at < heap[parent].at else { break }
      put(heap[parent], at: place)
      place = parent
    }
    put(entry, at: place)
  }

  private mutating func sink(from start: Int) {
    let entry = heap[start]
    let count = heap.count
    var place = start
    var child = 2 * place + 1
    while child < count {
      if child + 1 < count, heap[child + 1].at < heap[child].at { child += 1 }
      guard heap[child].at < entry.at else { break }
      put(heap[child], at: place)
      place = child
      child = 2 * place + 1
    }
    put(entry, at: place)
  }

  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    places[entry.number] = place
  }
}
