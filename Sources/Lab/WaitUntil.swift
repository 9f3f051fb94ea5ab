/// Waits for something to become true, asking as often as `interval`; never longer than `bound`.
public func waitUntil(
  _ what: String, within bound: Duration, every interval: Duration = .milliseconds(1),
  _ isTrue: () throws -> Bool
) throws {
  let end = Moment.now + bound
  while try !isTrue() {
    guard Moment.now < end else { throw LabError.never(what, within: bound) }
    (Moment.now + interval).sleep()
  }
}
