/// What a long or crowded way does to packets, done to those that leave by a port (netem).
public struct Impairment: Sendable {
  /// Of a hundred packets, how many are lost.
  public var loss: Int
  public var delay: Duration

  public init(loss: Int = 0, delay: Duration = .zero) {
    precondition((0...100).contains(loss), "of a hundred packets \(loss) cannot be lost")
    self.loss = loss
    self.delay = delay
  }
}

extension Port {
  /// From now on what leaves here is impaired so; nil: no longer.
  public func impair(_ impairment: Impairment?) throws {
    let discipline = ["qdisc", impairment == nil ? "del" : "replace", "dev", interface, "root"]
    let words = impairment.map {
      ["netem", "loss", "\($0.loss)%", "delay", "\($0.delay.wholeNanoseconds / 1_000)us"]
    }
    try Command.run(["tc", "-n", namespace.name] + discipline + (words ?? []))
  }
}
