import Config
import Model

extension Examination {
  static let ofInterfaces = [interfaceMissing, interfaceDown, packetsTooSmall, segmentsTooLarge]

  private static let interfaceMissing = Examination(
    "interface-missing", sign: "An uplink's interface does not exist",
    why: "the uplink cannot be used until an interface of that name comes"
  ) { patient in
    guard let kernel = patient.facts.kernel else { return [] }
    let names = kernel.links.values.map(\.name.text).filter { $0 != "lo" }.sorted()
    let path = patient.facts.file.path
    return patient.uplinks.filter { kernel.link(named: $0.interface) == nil }.map { uplink in
      let meant = nearest(to: uplink.interface.text, among: names)
      let there = names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
      return Complaint(
        "\(uplink.name) is to go by \(uplink.interface), which does not exist; "
          + (meant.map { "is \($0) meant?" } ?? there),
        remedy: meant.map {
          "sed -i 's/\\b\(uplink.interface)\\b/\($0)/' \(path) && siaga apply \(path)"
        } ?? "ip -brief link  # then say the right one in \(path)")
    }
  }

  private static let interfaceDown = Examination(
    "interface-down", sign: "An uplink's interface is set down, or has no carrier",
    why: "it cannot be used, and is no spare for another"
  ) { patient in
    patient.links.filter { !$0.link.isUp || !$0.link.hasCarrier }.map { uplink, link in
      link.isUp
        ? Complaint(
          "\(link.name) (\(uplink.name)) has no carrier",
          remedy: "ip -details link show \(link.name)  # then look at the cable and its far end")
        : Complaint(
          "\(link.name) (\(uplink.name)) is set down", remedy: "ip link set \(link.name) up")
    }
  }

  /// RFC 8200 §5
  private static let leastOfIPv6 = 1_280

  private static let packetsTooSmall = Examination(
    "mtu-too-small", sign: "An uplink of a group of IPv6 takes packets of less than 1280 bytes",
    why: "the kernel takes IPv6 off an interface that cannot carry packets of 1280 bytes (RFC 8200)"
  ) { patient in
    patient.links.compactMap { uplink, link in
      guard let size = patient.facts.packetSizes[link.name], size < leastOfIPv6,
        patient.group(of: uplink, .ipv6) != nil
      else { return nil }
      return Complaint(
        "\(link.name) (\(uplink.name)) takes packets of \(size) bytes at most",
        remedy: "ip link set \(link.name) mtu 1280")
    }
  }

  private static let segmentsTooLarge = Examination(
    "mtu-differs", .advice,
    sign: "An uplink takes smaller packets than a link inside, and does not say `mss: clamp`",
    why: "where ICMP is filtered on the way, TCP from inside hangs on that link and not on others"
  ) { patient in
    let outer = Set(patient.uplinks.map(\.interface))
    let inside = patient.facts.packetSizes.filter { !outer.contains($0.key) && $0.key.text != "lo" }
    guard patient.forwards(.ipv4) || patient.forwards(.ipv6), let most = inside.values.max() else {
      return []
    }
    let path = patient.facts.file.path
    return patient.links.compactMap { uplink, link in
      guard let size = patient.facts.packetSizes[link.name], size < most, !uplink.clampsMSS else {
        return nil
      }
      return Complaint(
        "\(link.name) takes packets of \(size) bytes, and hosts inside send up to \(most)",
        remedy: "sed -Ei -e 's/^( *)interface: \(link.name)$/&\\n\\1mss: clamp/' "
          + "-e 's/interface: \(link.name),/& mss: clamp,/' \(path) && siaga apply \(path)")
    }
  }
}
