/// A gateway with as many links as wanted, all to one provider, who has every destination.
///
///     gateway ══ e0, e1, e2 … ══ c0, c1, c2 … provider
///
/// On link 7 the gateway is 10.1.7.2 and the provider 10.1.7.1; on link 250 it is 10.2.0. Nobody
/// sets the gateway's addresses but who runs there.
public final class WideNetwork: Sendable {
  public let gateway: Namespace
  public let provider: Namespace

  /// A link whose far end is set down together with others, by `ip link set group`.
  private static let pulled = 7

  /// - Parameters:
  ///   - destinations: which the provider answers for.
  ///   - isPulled: whether a link loses its carrier when the cables are pulled.
  public init(
    tag: String, links: Int, destinations: [String], isPulled: (Int) -> Bool
  ) throws {
    let made = try Namespace.make(tag: tag, roles: ["gw", "isp"])
    (gateway, provider) = (made[0], made[1])
    do {
      for namespace in made {
        try namespace.set([
          "net.ipv6.conf.default.disable_ipv6": "1", "net.ipv6.conf.all.disable_ipv6": "1",
          "net.ipv4.conf.default.rp_filter": "0", "net.ipv4.conf.all.rp_filter": "0",
        ])
        try namespace.ip("link set lo up")
      }
      // Indices of our choice, for a veth's carrier is told at once when its peer's differs.
      try gateway.ip(
        (0..<links).flatMap { link in
          let peer = "peer name c\(link) index \(100_001 + 2 * link) netns \(made[1].name)"
          return [
            "link add e\(link) index \(100_000 + 2 * link) type veth \(peer)",
            "link set e\(link) up",
          ]
        })
      try provider.ip(
        (0..<links).flatMap { link in
          [
            "link set c\(link) up group \(isPulled(link) ? Self.pulled : 0)",
            "addr add \(Self.net(link)).1/24 dev c\(link)",
          ]
        } + destinations.map { "addr add \($0)/32 dev lo" })
    } catch {
      try Namespace.remove(made)
      throw error
    }
  }

  /// The first three numbers of a link's addresses.
  public static func net(_ link: Int) -> String {
    "10.\(link / 250 + 1).\(link % 250)"
  }

  /// All links that can be pulled lose their carrier, by one call of the kernel.
  /// - Returns: how long the kernel was at it.
  @discardableResult
  public func pull() throws -> Duration {
    try setPulled("down")
  }

  @discardableResult
  public func plug() throws -> Duration {
    try setPulled("up")
  }

  private func setPulled(_ state: String) throws -> Duration {
    let before = Moment.now
    try provider.ip("link set group \(Self.pulled) \(state)")
    return Moment.now - before
  }

  /// Removes everything; programs inside must have ended.
  public func tearDown() throws {
    try Namespace.remove([gateway, provider])
  }
}
