/// What may hold, and what may break.
enum Part: String, Sendable {
  case isp1, isp2  // the two ways to the Internet
  case gateway  // between them and the client
  case eth0, wlan0  // the two ports of a bond
  case a, b  // the two routers
  case between  // what the routers tell each other by

  /// Of the two that may hold, each has a colour and a sign of its own.
  var tint: Tint {
    switch self {
    case .isp1, .a, .eth0: .first
    case .isp2, .b, .wlan0: .second
    case .gateway, .between: .strong
    }
  }

  func sign(_ alphabet: Terminal.Alphabet) -> String {
    switch (alphabet, self) {
    case (.boxes, .isp2), (.boxes, .b), (.boxes, .wlan0): "▓"
    case (.boxes, _): "█"
    case (.ascii, .isp1), (.ascii, .eth0): "1"
    case (.ascii, .isp2), (.ascii, .wlan0): "2"
    case (.ascii, _): rawValue
    }
  }

  /// What is next to it, on the way to everybody else.
  var beyond: String {
    switch self {
    case .eth0: "switch"
    case .wlan0: "access point"
    case .isp1, .isp2, .gateway, .a, .b, .between: "router"
    }
  }
}
