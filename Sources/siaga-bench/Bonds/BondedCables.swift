import Lab
import Model

/// Two cables in a bond, and packets both ways.
final class BondedCables {
  /// What an emulated processor keeps up with: a packet each 5 ms.
  private static let rate = 200

  let network: TwoCables
  private let bond: LabBond
  private let daemon: GatewayDaemon?
  private let made: [Namespace]

  init(kept keeper: BondKeeper) throws {
    made = try Namespace.make(tag: "bond", roles: ["here", "there"])
    do {
      network = try TwoCables(between: made[0], and: made[1])
      daemon = try keeper.make(
        TwoCables.bond,
        on: made[0], tag: "bond")
      bond = LabBond(standing: "bond0", on: made[0])
      try settle()
    } catch {
      try Namespace.remove(made)
      throw error
    }
  }

  func end() throws {
    daemon?.end()
    try Namespace.remove(made)
  }

  /// The first port carries, and the other could.
  func settle() throws {
    try bond.await("ether1 carries", within: .seconds(60)) {
      $0.active == "ether1" && $0.ports.count == 2 && $0.ports.allSatisfy(\.isUp)
    }
    try network.here.warm([TwoCables.there])
  }

  enum Direction { case out, back }

  /// How long packets were lost, in milliseconds; those on the cable when it was pulled are not counted.
  /// - Parameter bound: how long to wait for them to flow again.
  func outage(
    _ direction: Direction, within bound: Duration, by fault: (TwoCables) throws -> Moment
  ) throws -> Double {
    let stream =
      try direction == .out
      ? PacketStream(
        .init(from: network.here, to: network.there, address: TwoCables.there), rate: Self.rate)
      : PacketStream(
        .init(from: network.there, to: network.here, address: TwoCables.bond.address),
        rate: Self.rate)
    defer { stream.stop() }
    try stream.awaitFlow(within: .seconds(20))
    let moment = try fault(network)
    // One that never flows again is lost as long as somebody looks.
    let flows = (try? stream.awaitFlow(within: bound)) != nil
    let end = flows ? Moment.now : moment + bound
    return stream.report(from: moment, to: end - PacketStream.patience).longestOutage.milliseconds
  }
}
