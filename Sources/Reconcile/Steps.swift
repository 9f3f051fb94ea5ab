/// Changes of which some wait for others, applied without asking anybody in between.
extension [Change] {
  /// Applies them in their order. One that waits for others of them is applied once they are done,
  /// and not at all if one of them was refused.
  /// - Parameter apply: some of them that wait for none of each other; for each, nil is done.
  /// - Returns: for each, nil is done; `ChangeFailure.withheld` was not tried.
  public func inSteps(_ apply: ([Change]) -> [ChangeFailure?]) -> [ChangeFailure?] {
    var results = [ChangeFailure?](repeating: nil, count: count)
    var unsettled: Set<Change.Place> = []
    var start = startIndex
    while start < endIndex {
      let step = step(from: start)
      for place in step { results[place] = .withheld }
      let kept = step.filter { !self[$0].waits(for: unsettled) }
      for (place, result) in zip(kept, apply(kept.map { self[$0] })) { results[place] = result }
      unsettled.formUnion(
        step.filter { !self[$0].isDone(by: results[$0]) }.compactMap { self[$0].settles })
      start = step.endIndex
    }
    return results
  }

  /// From there on, those that wait for none of each other.
  private func step(from start: Int) -> Range<Int> {
    var settled: Set<Change.Place> = []
    for place in start..<endIndex {
      if self[place].waits(for: settled) { return start..<place }
      if let settles = self[place].settles { settled.insert(settles) }
    }
    return start..<endIndex
  }
}

extension Change {
  func waits(for places: Set<Place>) -> Bool {
    !places.isEmpty && waitsFor.contains(where: places.contains)
  }

  fileprivate func isDone(by failure: ChangeFailure?) -> Bool {
    failure.map { isAlreadySo($0.code) } ?? true
  }
}

extension ChangeFailure {
  /// Nobody was asked, for what it waits for was refused.
  public static let withheld = ChangeFailure(
    code: Errno.canceled, name: "ECANCELED", message: "what it waits for was refused")
}
