import Model

/// How a node stands for a group of addresses.
public struct Bid: Hashable, Sendable {
  public var priority: UInt8  // 1…255
  /// Takes over from a lower priority (RFC 9568's Preempt_Mode). Whether it may is `failback`'s
  /// matter, which changes with time.
  public var preempts: Bool

  public init(priority: UInt8, preempts: Bool) {
    self.priority = priority
    self.preempts = preempts
  }

  /// The owner of the addresses: nobody ever takes over from one that is well.
  public static let owner: UInt8 = 255
  /// Moved here by an operator: above all whom a file may name.
  public static let pinned: UInt8 = 254
  /// Well, and sent away by an operator.
  public static let aside: UInt8 = 9

  /// - Parameter tier: 1 is the best.
  public static func priority(tier: Int, isWell: Bool) -> UInt8 {
    isWell ? Node.priority(tier: tier) : UInt8(max(9 - max(tier, 1), 1))
  }

  /// Who stands aside or is not well serves where nobody better does, and whoever would have it takes
  /// over, whatever `failback` says.
  public var isWilling: Bool { priority > Self.aside }
}
