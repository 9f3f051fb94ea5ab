import Config
import Model

/// A bond's settings: the file takes what the kernel does, and tells of the rest why it does not.
extension Settling {
  /// - Parameter made: the bond so far.
  /// - Returns: the same with all of its settings that the file takes.
  mutating func settled(_ made: Bond, by bond: Intent.Bond) -> Bond {
    var made = made
    let usual = made.wanted(holder: nil).options
    for setting in bond.settings where usual[setting.option] == setting.value {
      for place in setting.places { report.amend(place, .carried) }
    }
    let settings = bond.settings.filter { usual[$0.option] != $0.value }
    // What is about watching by ARP makes sense together only.
    let watching = settings.filter { $0.option.isOfARP }
    let others = settings.filter { !$0.option.isOfARP }.map { [$0] }
    for settings in (watching.isEmpty ? [] : [watching]) + others {
      let next = made.with(settings, watchesCarriers: bond.carrierInterval != nil)
      if let complaint = complaint(about: next) {
        for place in settings.flatMap(\.places) {
          report.amend(place, .left("Siaga's file does not take it: \(complaint)"))
        }
      } else {
        made = next
        for place in settings.flatMap(\.places) { report.amend(place, .carried) }
      }
    }
    return made
  }

  private func complaint(about bond: Bond) -> String? {
    do throws(ConfigProblems) {
      _ = try Configuration.read(Configuration(damping: nil, bonds: [bond]).terseTree)
      return nil
    } catch {
      return error.listed.first?.message
    }
  }
}

extension Bond {
  fileprivate func with(_ settings: [Intent.Bond.Setting], watchesCarriers: Bool) -> Bond {
    var options = self.options
    for setting in settings { options[setting.option] = setting.value }
    let watchesByARP = !watchesCarriers && options[.arpInterval] != nil
    return Bond(
      name: name, members: members, primary: primary, mode: mode, addresses: addresses,
      gateways: gateways, findsGateways: findsGateways, resolvers: resolvers, mtu: mtu,
      carrierInterval: watchesByARP ? nil : carrierInterval, options: options, judge: judge,
      failback: failback, damping: damping)
  }
}
