import Model

/// A bond's parameters beside those that have keys of their own. Times are in milliseconds.
extension Netplan {
  /// netplan's names; some have an older one too.
  private static let keys: [(option: BondOption, names: [String])] = [
    (.upDelay, ["up-delay"]), (.downDelay, ["down-delay"]), (.arpInterval, ["arp-interval"]),
    (.arpTargets, ["arp-ip-targets"]), (.arpValidate, ["arp-validate"]),
    (.arpAllTargets, ["arp-all-targets"]), (.failOverMAC, ["fail-over-mac-policy"]),
    (.transmitHash, ["transmit-hash-policy"]), (.resendIGMP, ["resend-igmp"]),
    (.peerNotices, ["gratuitous-arp", "gratuitious-arp"]),
    (.allPortsActive, ["all-members-active", "all-slaves-active"]),
    (.minimumLinks, ["min-links"]), (.learningInterval, ["learn-packet-interval"]),
    (.packetsPerPort, ["packets-per-member", "packets-per-slave"]), (.lacpRate, ["lacp-rate"]),
    (.aggregatorSelect, ["ad-select"]),
  ]

  static let bondParameters = Set(
    ["mode", "primary", "mii-monitor-interval", "primary-reselect-policy"] + keys.flatMap(\.names))

  mutating func readSettings(_ parameters: NetplanNode, _ bond: inout Intent.Bond) {
    for (option, names) in Self.keys {
      guard let node = names.lazy.compactMap({ parameters[$0] }).first else { continue }
      let texts = node.text.map { [$0] } ?? node.elements.compactMap(\.text)
      let places = [node.place] + node.elements.map(\.place)
      BondWords.setting(texts, of: option, at: places, alone: .milliseconds(1), &report)
        .map { bond.settings.append($0) }
    }
    guard let policy = parameters["primary-reselect-policy"] else { return }
    bond.failback = BondWords.failback(policy.text, at: policy.place, &report)
  }
}
