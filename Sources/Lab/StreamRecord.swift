import Synchronization

/// What became of every packet of a stream: when it was sent, when it arrived, and from whom
/// (behind network address translation the source tells which way it took).
///
/// Two threads write, each its own half, and any thread reads: every entry is an atomic, and
/// nothing moves once it is written.
final class StreamRecord: Sendable {
  let capacity: Int
  /// Nanoseconds of a `Moment`; 0 means not yet.
  private let sentAt: Cells
  private let arrivedAt: Cells
  private let sources: Cells
  private let sentCount = Atomic(0)
  private let arrivedCount = Atomic(0)

  init(capacity: Int) {
    self.capacity = capacity
    sentAt = Cells(capacity)
    arrivedAt = Cells(capacity)
    sources = Cells(capacity)
  }

  var sent: Int { sentCount.load(ordering: .acquiring) }
  var arrived: Int { arrivedCount.load(ordering: .acquiring) }

  /// Called by the sender just before the packet of that number, in order.
  func markSent(_ number: Int, at moment: Moment) {
    sentAt[number] = moment.nanoseconds
    sentCount.store(number + 1, ordering: .releasing)
  }

  /// Called by the receiver; a second copy changes nothing.
  func markArrived(_ number: Int, from source: IPv4Host, at moment: Moment) {
    guard (0..<capacity).contains(number), arrivedAt[number] == 0 else { return }
    sources[number] = Int64(source.value)
    arrivedAt[number] = moment.nanoseconds
    arrivedCount.add(1, ordering: .releasing)
  }

  func sendTime(_ number: Int) -> Moment {
    Moment(nanoseconds: sentAt[number])
  }

  func hasArrived(_ number: Int) -> Bool {
    arrivedAt[number] != 0
  }

  /// Of a packet that has arrived.
  func source(_ number: Int) -> IPv4Host {
    IPv4Host(value: UInt32(truncatingIfNeeded: sources[number]))
  }

  func arrivalTime(_ number: Int) -> Moment? {
    let time = arrivedAt[number]
    return time == 0 ? nil : Moment(nanoseconds: time)
  }

  /// The number of the first packet sent at or after a moment; `sent` when there is none yet.
  func firstNumber(from moment: Moment) -> Int {
    var low = 0
    var high = sent
    while low < high {
      let middle = (low + high) / 2
      if sentAt[middle] < moment.nanoseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// An array of atomic integers that is shared by reference and never grows.
///
/// @unchecked: the pointer is never changed, and what it points to are atomics.
private final class Cells: @unchecked Sendable {
  private let cells: UnsafeMutableBufferPointer<Atomic<Int64>>

  init(_ count: Int) {
    cells = .allocate(capacity: count)
    for index in 0..<count {
      cells.initializeElement(at: index, to: Atomic(0))
    }
  }

  deinit {
    cells.deinitialize().deallocate()
  }

  subscript(index: Int) -> Int64 {
    get { cells[index].load(ordering: .acquiring) }
    set { cells[index].store(newValue, ordering: .releasing) }
  }
}
