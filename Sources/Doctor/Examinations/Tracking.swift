import Model

extension Examination {
  static let ofTracking = [trackingFull, trackingSmall]

  /// Of a hundred.
  private static let nearlyFull = 80
  private static let small = 16_384

  private static let trackingFull = Examination(
    "tracking-full", sign: "More than 80 % of the flows that the kernel can track are there",
    why: "once it is full the kernel drops the first packet of every new flow"
  ) { patient in
    guard let tracking = patient.facts.tracking, tracking.most > 0,
      tracking.count * 100 / tracking.most >= nearlyFull
    else { return [] }
    return [
      Complaint(
        "\(tracking.count) of \(tracking.most) flows are tracked",
        remedy: "sysctl -w net.netfilter.nf_conntrack_max=\(max(tracking.most, 65_536) * 2)")
    ]
  }

  private static let trackingSmall = Examination(
    "tracking-small", .advice, sign: "The kernel tracks fewer than 16384 flows, and serves others",
    why: "a house of busy hosts has more, and at a switch old and new flows stand side by side"
  ) { patient in
    guard let tracking = patient.facts.tracking, tracking.most < small,
      patient.forwards(.ipv4) || patient.forwards(.ipv6)
    else { return [] }
    return [
      Complaint(
        "the kernel tracks \(tracking.most) flows at most",
        remedy: "sysctl -w net.netfilter.nf_conntrack_max=131072")
    ]
  }
}
