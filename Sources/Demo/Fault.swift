/// What a demo breaks and mends.
struct Fault: Sendable {
  let name: String
  let steps: [Step]

  init(_ name: String, _ steps: Step...) {
    self.name = name
    self.steps = steps
  }

  /// Of two links to the Internet, in this order.
  static let ofLinks = [
    // The cable of the link in use is pulled.
    Fault(
      "carrier",
      Step(.pull(.isp1), expect: .traffic(by: .isp2, outage: .atOnce)),
      Step(.plug(.isp1), expect: .traffic(by: .isp1, outage: .atOnce))),
    // The provider's router falls silent, the carrier stays.
    Fault(
      "mute",
      Step(.mute(.isp1), expect: .traffic(by: .isp2, outage: .detection)),
      Step(.unmute(.isp1), expect: .traffic(by: .isp1, outage: .atOnce))),
    Fault(
      "both",
      Step(.pullBoth(.isp1, .isp2), expect: .nothing),
      Step(.plug(.isp2), expect: .traffic(by: .isp2, outage: .recovery)),
      Step(.plug(.isp1), expect: .traffic(by: .isp1, outage: .atOnce))),
    // The daemon itself, by kill -9.
    Fault(
      "kill",
      Step(.kill(.gateway), expect: .traffic(by: .isp1, holders: [], outage: .none)),
      Step(.start(.gateway), expect: .traffic(by: .isp1, outage: .none))),
  ]

  /// Of two ports of one link, in this order.
  static let ofPorts = [
    Fault(
      "carrier",
      Step(.pull(.eth0), expect: .traffic(by: .wlan0, outage: .atOnce)),
      Step(.plug(.eth0), expect: .traffic(by: .eth0, outage: .atOnce))),
    // The switch lets nothing through, the carrier stays.
    Fault(
      "mute",
      Step(.mute(.eth0), expect: .traffic(by: .wlan0, outage: .detection)),
      Step(.unmute(.eth0), expect: .traffic(by: .eth0, outage: .atOnce))),
    // Without its daemon the kernel goes on alone, and agrees.
    Fault(
      "kill",
      Step(.kill(.gateway), expect: .traffic(by: .eth0, outage: .none)),
      Step(.pull(.eth0), expect: .traffic(by: .wlan0, outage: .detection)),
      Step(.plug(.eth0), expect: .traffic(by: .eth0, outage: .detection)),
      Step(.start(.gateway), expect: .traffic(by: .eth0, outage: .none))),
  ]

  /// Of two routers that share an address, in this order.
  static let ofRouters = [
    Fault(
      "power",
      Step(.cutPower(.a), expect: .traffic(by: .b, outage: .detection)),
      Step(.givePower(.a), expect: .traffic(by: .a, outage: .atOnce))),
    Fault(
      "cable",
      Step(.pull(.a), expect: .traffic(by: .b, outage: .atOnce)),
      Step(.plug(.a), expect: .traffic(by: .a, outage: .atOnce))),
    // The daemon alone: the router's kernel goes on.
    Fault(
      "kill",
      Step(.kill(.a), expect: .traffic(by: .b, outage: .detection)),
      Step(.start(.a), expect: .traffic(by: .a, outage: .none))),
    Fault(
      "stop",
      Step(.stop(.a), expect: .traffic(by: .b, outage: .none)),
      Step(.start(.a), expect: .traffic(by: .a, outage: .none))),
    Fault(
      "stall",
      Step(.stall(.a), expect: .traffic(by: .b, outage: .detection)),
      Step(.goOn(.a), expect: .traffic(by: .a, outage: .atOnce))),
    // The routers do not hear each other, and the client hears both.
    Fault(
      "split",
      Step(.mute(.between), expect: .traffic(by: nil, holders: [.a, .b], outage: .detection)),
      Step(.unmute(.between), expect: .traffic(by: .a, outage: .atOnce))),
  ]
}
