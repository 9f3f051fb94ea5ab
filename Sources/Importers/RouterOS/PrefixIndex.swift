import Model

/// Values by their network; the longest one that holds an address is found without looking at all.
struct PrefixIndex<Value> {
  private var values: [Prefix: [Value]] = [:]
  private var lengths: [Int] = []  // longest first

  mutating func add(_ value: Value, to prefix: Prefix) {
    values[prefix, default: []].append(value)
    if !lengths.contains(prefix.length) {
      lengths.append(prefix.length)
      lengths.sort(by: >)
    }
  }

  /// Those of the networks that hold the address, the longest network first.
  func all(holding address: IPAddress) -> [[Value]] {
    lengths.compactMap { length in
      length > address.family.bits ? nil : values[Prefix(address, length: length)]
    }
  }

  func holds(_ prefix: Prefix) -> Bool {
    lengths.contains { length in
      length <= prefix.length && values[Prefix(prefix.address, length: length)] != nil
    }
  }
}

extension PrefixIndex: Sendable where Value: Sendable {}
