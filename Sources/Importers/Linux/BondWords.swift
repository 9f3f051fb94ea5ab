import Model

/// A bond's settings as systemd-networkd and netplan write them.
enum BondWords {
  /// Nil, and the report says why: it is no value of that.
  /// - Parameters:
  ///   - places: of all that is said of it.
  ///   - unit: of a number alone, where a time is asked for.
  static func setting(
    _ texts: [String], of option: BondOption, at places: [SourcePlace], alone unit: Duration,
    _ report: inout ImportReport
  ) -> Intent.Bond.Setting? {
    guard let value = value(texts, of: option, alone: unit) else {
      for place in places { report.amend(place, .left("no bond has such a setting")) }
      return nil
    }
    return Intent.Bond.Setting(option: option, value: value, places: places)
  }

  /// Bytes of a packet.
  static func mtu(
    _ text: String?, at place: SourcePlace, _ report: inout ImportReport
  ) -> Int? {
    guard let mtu = text.flatMap({ Int($0) }), (68...65_535).contains(mtu) else {
      report.amend(place, .left("no bond takes packets of such a size"))
      return nil
    }
    report.amend(place, .carried)
    return mtu
  }

  /// What the kernel calls `primary_reselect`.
  static func failback(
    _ policy: String?, at place: SourcePlace, _ report: inout ImportReport
  ) -> Failback {
    guard let known = policy.flatMap(Bond.Reselect.init) else {
      report.amend(
        place, .differs("Siaga compares no speeds; the primary gets it back at once"))
      return .auto
    }
    report.amend(place, .carried)
    return known.failback
  }

  /// Nil: it is no value of that.
  /// - Parameter unit: of a number alone, where a time is asked for.
  private static func value(
    _ texts: [String], of option: BondOption, alone unit: Duration
  ) -> BondOptions.Value? {
    guard let text = texts.last else { return nil }
    if let words = option.words {
      return words.firstIndex(of: text.lowercased()).map { .number(UInt32($0)) }
    }
    switch option {
    case .upDelay, .downDelay, .arpInterval:
      return count(text, in: .milliseconds(1), alone: unit)
    case .learningInterval:
      return count(text, in: .seconds(1), alone: .seconds(1))
    case .allPortsActive, .dynamicTransmit:
      return LinuxWords.isOn(text).map { .number($0 ? 1 : 0) }
    case .actorSystem:
      return HardwareAddress(text).map { .hardware($0) }
    case .arpTargets:
      let hosts = texts.flatMap { $0.split { $0 == " " || $0 == "," } }.map(String.init)
      let addresses = hosts.compactMap(IPAddress.init)
      return addresses.count == hosts.count ? .addresses(addresses) : nil
    default:
      return UInt32(text).map { .number($0) }
    }
  }

  private static func count(
    _ text: String, in counted: Duration, alone unit: Duration
  ) -> BondOptions.Value? {
    guard let read = LinuxWords.duration(text, alone: unit),
      let count = UInt32(exactly: (read / counted).rounded(.down))
    else { return nil }
    return .number(count)
  }
}
