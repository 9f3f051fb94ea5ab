/// The candidate that was probably meant by `text`; the first of equals, nil when none is near.
public func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
  let meant = Array(text.lowercased().utf8)
  guard meant.count <= longestCompared else { return nil }
  var best: (candidate: String, distance: Int)?
  for candidate in candidates.prefix(mostCompared) {
    let bytes = Array(candidate.lowercased().utf8)
    // A third of the letters may be wrong; more, and the guess would mislead.
    let allowed = min((max(bytes.count, meant.count) + 1) / 3, (best?.distance ?? .max) - 1)
    guard bytes.count <= longestCompared, abs(bytes.count - meant.count) <= allowed else {
      continue
    }
    let distance = editDistance(meant, bytes)
    if distance <= allowed { best = (candidate, distance) }
  }
  return best?.candidate
}

// A megabyte of misspelt names must not cost minutes.
private let longestCompared = 64
private let mostCompared = 500

/// Letters inserted, deleted, replaced, or swapped with their neighbour (optimal string
/// alignment), over three rolling rows.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
      var cost = min(replaced, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[right.count]
}
