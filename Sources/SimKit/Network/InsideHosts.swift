import Config
import Engine
import Model
import Wire

/// The hosts inside, as far as router advertisements go: which of their prefixes they prefer.
struct InsideHosts: Sendable {
  let prefixes: [Prefix]  // all that are advertised there, whoever uses them
  private var deprecated: Set<Prefix> = []

  init(_ site: Site) {
    prefixes = site.accesses.compactMap(\.insidePrefix)
  }

  /// - Parameter message: of the daemon's.
  mutating func heard(_ message: [UInt8], flaw: Flaw) {
    guard flaw != .forgetsHosts,
      let said = try? RouterAdvertisement(parsing: message.span, hopLimit: 255)
    else { return }
    for prefix in said.prefixes {
      if prefix.preferredFor > .zero {
        deprecated.remove(prefix.prefix)
      } else {
        deprecated.insert(prefix.prefix)
      }
    }
  }

  mutating func heardAdvertiser() {
    deprecated = []
  }

  /// After calm: a link that carries has its prefix preferred, and one that does not has not while
  /// another carries that does not translate.
  func violation(_ configuration: Configuration, _ groups: [GroupStatus]) -> Violation? {
    let pairs = zip(configuration.groups, groups)
      .filter { $0.0.holding == .route(.defaultV6) }
    // Where nobody is eligible, who holds says nothing.
    guard pairs.allSatisfy({ $0.1.state == .normal }) else { return nil }
    let carrying = Set(pairs.flatMap(\.1.active))
    let isPlain = configuration.uplinks.contains {
      carrying.contains($0.name.text) && $0.nat6 == .none
    }
    for uplink in configuration.uplinks {
      let isCarrying = carrying.contains(uplink.name.text)
      guard isCarrying || isPlain else { continue }
      for prefix in uplink.lans.flatMap(\.prefixes) where deprecated.contains(prefix) == isCarrying
      {
        return Violation(
          invariant: .hostsKnow,
          sentence: "\(prefix) is \(isCarrying ? "deprecated" : "preferred"), and "
            + "\(uplink.name) \(isCarrying ? "carries" : "does not carry")")
      }
    }
    return nil
  }
}
