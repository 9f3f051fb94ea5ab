import Model

/// A bond's settings by systemd-networkd's names (systemd.netdev(5), [Bond]).
extension BondOption {
  /// Nil: it has no name for that.
  package var networkdKey: String? {
    switch self {
    case .mode: "Mode"
    case .carrierInterval: "MIIMonitorSec"
    case .upDelay: "UpDelaySec"
    case .downDelay: "DownDelaySec"
    case .arpInterval: "ARPIntervalSec"
    case .arpTargets: "ARPIPTargets"
    case .arpValidate: "ARPValidate"
    case .arpAllTargets: "ARPAllTargets"
    case .primaryReselect: "PrimaryReselectPolicy"
    case .failOverMAC: "FailOverMACPolicy"
    case .transmitHash: "TransmitHashPolicy"
    case .resendIGMP: "ResendIGMP"
    case .peerNotices: "GratuitousARP"
    case .allPortsActive: "AllSlavesActive"
    case .minimumLinks: "MinLinks"
    case .learningInterval: "LearnPacketIntervalSec"
    case .packetsPerPort: "PacketsPerSlave"
    case .lacpRate: "LACPTransmitRate"
    case .aggregatorSelect: "AdSelect"
    case .actorPriority: "AdActorSystemPriority"
    case .userPortKey: "AdUserPortKey"
    case .actorSystem: "AdActorSystem"
    case .dynamicTransmit: "DynamicTransmitLoadBalancing"
    case .usesCarrier, .peerNoticeDelay, .lacpActive, .arpMissedMost, .neighborTargets: nil
    }
  }

  /// Nil: it has no word for that.
  func networkdText(of value: BondOptions.Value) -> String? {
    switch (self, value) {
    case (.carrierInterval, .number(let count)), (.upDelay, .number(let count)),
      (.downDelay, .number(let count)), (.arpInterval, .number(let count)):
      return "\(count)ms"
    case (.learningInterval, .number(let count)): return "\(count)s"
    case (.allPortsActive, .number(let isOn)), (.dynamicTransmit, .number(let isOn)):
      return isOn == 0 ? "no" : "yes"
    case (.arpValidate, .number(let number)) where number > 3: return nil  // its `filter`s
    case (_, .addresses(let addresses)):
      return addresses.map(\.description).joined(separator: " ")
    default: return value.text(of: self)
    }
  }
}
