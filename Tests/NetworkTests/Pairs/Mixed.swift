import Client
import Lab
import Model
import Testing

/// A router of another make.
protocol OtherRouter {
  @discardableResult func end() -> Moment
  func start() throws
  var log: String { get }
}

extension Keepalived: OtherRouter {}
extension FRRouter: OtherRouter {}

/// Siaga on a, a router of another make on b or nobody, and an address inside that one of them has.
struct Mixed {
  enum Side { case ours, theirs }

  let dialect: Dialect
  let network: RouterPair
  let node: PairNode
  let peer: any OtherRouter

  /// - Parameter addresses: as the file has them; nil: as the dialect has.
  static func run(
    _ dialect: Dialect, _ network: RouterPair, _ peer: any OtherRouter, group: String, tag: String,
    addresses: String? = nil, _ body: (Mixed) async throws -> Void
  ) async throws {
    let result: Result<Void, any Error>
    var node: PairNode?
    do {
      let text = Pair.configuration(
        "a", addresses: addresses ?? dialect.addresses, group: group, more: "")
      let begun = try PairNode(on: network.a, text, key: "", tag: tag)
      node = begun
      try await body(Mixed(dialect: dialect, network: network, node: begun, peer: peer))
      result = .success(())
    } catch {
      Issue.record(
        "Siaga said:\n\(node?.daemon.logTail(lines: 30) ?? "")\nthe other said:\n\(peer.log.suffix(3_000))"
      )
      result = .failure(error)
    }
    node?.end()
    peer.end()
    try network.tearDown()
    try result.get()
  }

  /// Waits until one side has the address, and the other has it no more.
  func awaitHolder(_ side: Side) async throws {
    try await eventually("the address is \(side)", within: dialect.down + .seconds(8)) {
      try isOnly(side)
    }
  }

  /// And stays: for longer than anybody waits before he takes over.
  func settled(on side: Side) async throws {
    try await awaitHolder(side)
    let watches = try network.routers.map {
      try AddressWatch(dialect.address, isServing: true, on: $0)
    }
    try await Task.sleep(for: dialect.down * 1.5)
    for watch in watches { #expect(watch.stop().count == 1, "it moved, and should not have") }
    #expect(try isOnly(side))
  }

  /// The same of one that stops and starts its link a few times before it settles, as FRR does.
  func comesToRest(on side: Side) async throws {
    var since = Moment.now
    try await eventually("the address stays \(side)", within: .seconds(10)) {
      if try !isOnly(side) { since = .now }
      return Moment.now - since > dialect.down * 1.5
    }
  }

  private func isOnly(_ side: Side) throws -> Bool {
    let (ours, theirs) = (
      try network.a.serves(dialect.address), try network.b.serves(dialect.address)
    )
    return (ours, theirs) == (side == .ours, side == .theirs)
  }
}
