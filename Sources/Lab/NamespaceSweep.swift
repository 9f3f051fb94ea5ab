import Synchronization

extension Namespace {
  private static let networks = Atomic(0)

  /// Makes namespaces of ours, after removing what runs that died left behind. Of the second
  /// network of a process on, the roles carry its number: `gw.2`.
  public static func make(tag: String, roles: [String]) throws -> [Namespace] {
    try sweepLeftovers()
    let number = networks.add(1, ordering: .relaxed).newValue
    let namespaces = roles.map {
      Namespace(tag: tag, role: number == 1 ? $0 : "\($0).\(number)")
    }
    do {
      try Command.run(
        "ip", "-batch", "-", input: namespaces.map { "netns add \($0.name)\n" }.joined())
    } catch {
      try remove(namespaces)
      throw error
    }
    return namespaces
  }

  /// Removes namespaces; what still runs inside keeps its own alive until it ends.
  public static func remove(_ namespaces: [Namespace]) throws {
    try remove(named: namespaces.map(\.name))
  }

  /// Removes every namespace of this process, however far it came: for the way out in a hurry.
  public static func removeAllOfThisProcess() throws {
    try remove(named: OwnedName.all(in: directory).filter(\.isOurs).map(\.text))
  }

  /// Removes namespaces whose owner is dead.
  static func sweepLeftovers() throws {
    try remove(named: OwnedName.all(in: directory).filter(\.isLeftover).map(\.text))
  }

  private static func remove(named names: [String]) throws {
    guard !names.isEmpty else { return }
    // `-force` goes on after a line that fails: another run may sweep at the same time.
    let outcome = try Command(
      ["ip", "-force", "-batch", "-"], input: names.map { "netns del \($0)\n" }.joined()
    ).outcome()
    let left = try Set(OwnedName.all(in: directory).map(\.text)).intersection(names)
    guard left.isEmpty else {
      throw LabError.failed(
        command: "ip netns del \(left.sorted().joined(separator: " "))", exit: outcome.exit,
        output: outcome.errors)
    }
  }
}
