import Model

/// When the next node has the addresses of one that failed.
extension Configuration {
  func electionSentences(_ routers: [VirtualRouter], of group: Group) -> [String] {
    let slowest = routers.map(\.interval).max() ?? .zero
    let silence = cluster.map { $0.heartbeat * $0.fall }
    // Whoever bids least waits longest: nearly one advertisement more.
    let byVRRP = slowest * 4
    var found =
      "a lost cable at once where the other is told (`cluster`), else within "
      + "\(byVRRP.spoken)"
    if let silence {
      found =
        "a lost cable at once, a dead node within \(silence.spoken), or \(byVRRP.spoken) of "
        + "one that does not speak by the channel"
    }
    var sentences = ["Found: \(found). Return: failback \(group.failback)."]
    if let silence, silence > slowest * 3 {
      sentences.append(
        "Late: the channel misses a node after \(silence.spoken), later than three advertisements "
          + "(\((slowest * 3).spoken)); a shorter `heartbeat` finds it sooner.")
    }
    return sentences
  }
}
