import Model

/// Several routes by one link that ask different hosts mean: it is well while one of them answers.
extension RouterOS {
  mutating func shareChecks() {
    struct Place: Hashable {
      let destination: Prefix
      let table: String
    }
    let order = intent.ways.indices.sorted {
      (intent.ways[$0].distance, $0) < (intent.ways[$1].distance, $1)
    }
    var last: [Place: Int] = [:]  // the way before, of each place
    var gone: Set<Int> = []
    for index in order {
      let way = intent.ways[index]
      let place = Place(destination: way.destination, table: way.table)
      if let before = last[place], let shared = shared(intent.ways[before], way) {
        intent.ways[before] = shared
        intent.link(way.interface, at: way.place) { _ in }
        gone.insert(index)
      } else {
        last[place] = index
      }
    }
    intent.ways = intent.ways.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
  }

  /// Both as one; nil: they are not of one link, or do not ask in the same manner.
  private func shared(_ way: Intent.Way, _ other: Intent.Way) -> Intent.Way? {
    guard way.interface == other.interface, way.gateway == other.gateway,
      way.questions.count == 1, other.questions.count == 1, var question = way.question,
      let asked = other.question, question.need == 1
    else { return nil }
    var alike = asked
    alike.targets = question.targets
    guard alike == question else { return nil }
    let new = asked.targets.filter { !question.targets.contains($0) }
    guard question.targets.count + new.count <= 16 else { return nil }
    question.targets += new
    var way = way
    way.question = question
    if way.distance == other.distance { way.weight = min(way.weight + other.weight, 256) }
    return way
  }
}
