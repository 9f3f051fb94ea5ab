/// What became of the packets that were sent within a span of time.
public struct StreamReport: Sendable {
  public var sent: Int
  public var arrived: Int
  /// How many arrived from each source address: behind NAT, which way they took.
  public var sources: [String: Int]
  /// The longest run of lost packets: from the first of them to the next that arrived.
  public var longestOutage: Duration
  /// When the first and the last lost packets were sent.
  public var firstLoss: Moment?
  public var lastLoss: Moment?

  public var lost: Int { sent - arrived }

  static let empty = StreamReport(sent: 0, arrived: 0, sources: [:], longestOutage: .zero)
}

extension PacketStream {
  /// Counts the packets sent from `start` until `end` (now, when left out). Those younger than
  /// `patience` may still be on their way; wait that long before asking when it matters.
  public func report(from start: Moment, to end: Moment = .now) -> StreamReport {
    var report = StreamReport.empty
    var sources: [IPv4Host: Int] = [:]
    var runStart: Moment?
    let numbers = record.firstNumber(from: start)..<record.firstNumber(from: end)
    for number in numbers {
      let sentAt = record.sendTime(number)
      report.sent += 1
      if record.hasArrived(number) {
        report.arrived += 1
        sources[record.source(number), default: 0] += 1
        report.endRun(from: runStart, at: sentAt)
        runStart = nil
      } else {
        report.firstLoss = report.firstLoss ?? sentAt
        report.lastLoss = sentAt
        runStart = runStart ?? sentAt
      }
    }
    if let last = numbers.last {
      report.endRun(from: runStart, at: record.sendTime(last) + interval)
    }
    report.sources = Dictionary(uniqueKeysWithValues: sources.map { ($0.key.text, $0.value) })
    return report
  }

  /// When the first packet arrived of those sent at or after a moment; nil: none did yet.
  public func firstArrival(sentFrom start: Moment) -> Moment? {
    for number in record.firstNumber(from: start)..<record.sent {
      if let arrival = record.arrivalTime(number) { return arrival }
    }
    return nil
  }

  /// Whether the last packets before now arrived, all of them and from one source, and all were
  /// sent after `start`; the youngest few may still be on their way.
  public func isFlowing(
    since start: Moment, from source: String? = nil, count: Int = 50
  ) -> Bool {
    let end = record.firstNumber(from: .now - .milliseconds(5))
    let first = end - count
    guard first >= record.firstNumber(from: start) else { return false }
    return (first..<end).allSatisfy { number in
      record.hasArrived(number)
        && (source == nil || record.source(number).text == source)
    }
  }

  /// Waits until packets sent from now on flow.
  public func awaitFlow(from source: String? = nil, within bound: Duration) throws {
    let start = Moment.now
    let what = "packets that arrive\(source.map { " from \($0)" } ?? "")"
    try waitUntil(what, within: bound) { isFlowing(since: start, from: source) }
  }
}

extension StreamReport {
  fileprivate mutating func endRun(from start: Moment?, at end: Moment) {
    guard let start else { return }
    longestOutage = max(longestOutage, end - start)
  }
}
