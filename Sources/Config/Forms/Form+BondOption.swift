import Model

/// Values of a bond's settings, which the file writes with their units and in words.
extension Form<BondOptions.Value> {
  static func value(of option: BondOption) -> Form {
    if let words = option.words ?? option.switchWords { return .word(of: words) }
    switch option {
    case .upDelay, .downDelay, .peerNoticeDelay:
      return .milliseconds(.zero ... .seconds(300))
    case .arpInterval: return .milliseconds(.milliseconds(10) ... .seconds(60))
    case .learningInterval: return .seconds(.seconds(1) ... .seconds(3_600))
    case .arpTargets: return .hosts(.ipv4)
    case .neighborTargets: return .hosts(.ipv6)
    case .actorSystem: return .hardware
    case .actorPriority: return .number(1...65_535)
    case .userPortKey: return .number(0...1_023)
    case .packetsPerPort: return .number(0...65_535)
    case .minimumLinks: return .number(0...BondDraft.mostMembers)
    case .arpMissedMost: return .number(1...255)
    case .peerNotices, .resendIGMP: return .number(0...255)
    case .mode, .carrierInterval, .usesCarrier, .arpValidate, .arpAllTargets, .primaryReselect,
      .failOverMAC, .transmitHash, .allPortsActive, .lacpRate, .aggregatorSelect,
      .dynamicTransmit, .lacpActive:
      preconditionFailure("\(option.name) is a word, or has a key of its own")
    }
  }

  private static func number(_ bounds: ClosedRange<Int>) -> Form {
    Form<Int>.number(bounds).told {
      .value(.number(UInt32($0)))
    } back: {
      $0.number.map(Int.init)
    }
  }

  private static func word(of words: [String]) -> Form {
    .scalar(.words(words), write: { $0.number.map { words[Int($0)] } ?? "" }) { text in
      words.firstIndex(of: text).map { .value(.number(UInt32($0))) }
        ?? .mistaken(didYouMean: nearest(to: text, among: words))
    }
  }

  private static func milliseconds(_ bounds: ClosedRange<Duration>) -> Form {
    .counted(in: .milliseconds(1), bounds)
  }

  private static func seconds(_ bounds: ClosedRange<Duration>) -> Form {
    .counted(in: .seconds(1), bounds)
  }

  private static func counted(in unit: Duration, _ bounds: ClosedRange<Duration>) -> Form {
    Form<Duration>.duration(bounds).told { duration in
      let count = duration.nanoseconds / unit.nanoseconds
      guard unit * Int(count) == duration else {
        return .wrong("is \(duration.text.shown), and is counted in whole \(unit.text.shown)")
      }
      return .value(.number(UInt32(count)))
    } back: {
      $0.number.map { unit * Int($0) }
    }
  }

  /// Hosts of one family.
  private static func hosts(_ family: Family) -> Form {
    Form<IPAddress>.address.oneOrList(atMost: 16).told { hosts in
      if let other = hosts.first(where: { $0.value.family != family }) {
        return .wrong("takes addresses of \(family.name), not \(other.value.description.shown)")
      }
      return .value(.addresses(hosts.map(\.value)))
    } back: { value in
      guard case .addresses(let hosts) = value else { return nil }
      return hosts.map { Placed($0) }
    }
  }

  private static let hardware = Form.scalar(
    .text(
      "a hardware address such as `52:54:00:12:34:56`",
      pattern: "^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$"),
    write: { value in
      if case .hardware(let address) = value { address.description } else { "" }
    }
  ) { text in
    HardwareAddress(text).map { .value(.hardware($0)) } ?? .mistaken()
  }
}

extension BondOption {
  /// The kernel's words where it writes 0 and 1 itself.
  fileprivate var switchWords: [String]? {
    switch self {
    case .usesCarrier, .dynamicTransmit, .lacpActive: ["off", "on"]
    case .allPortsActive: ["dropped", "delivered"]
    default: nil
    }
  }
}

extension BondOptions.Value {
  fileprivate var number: UInt32? {
    if case .number(let number) = self { number } else { nil }
  }
}

extension Form {
  /// The same in the file, and something else for those who read it.
  fileprivate func told<New>(
    _ meaning: @escaping @Sendable (Value) -> Parsed<New>,
    back: @escaping @Sendable (New) -> Value?
  ) -> Form<New> {
    Form<New>(shape: shape) { node, subject, findings in
      guard let value = read(node, subject, &findings) else { return nil }
      return findings.value(meaning(value), of: node, subject, shape)
    } write: { new in
      back(new).flatMap(write)
    }
  }
}
