/// What may hold, and what may break.
enum Part: String, Sendable {
  case isp1, isp2  // the two ways to the Internet
  case gateway  // between them and the client
  case a, b  // the two routers
  case between  // what the routers tell each other by

  /// Of the two that may hold, each has a colour and a sign of its own.
  var tint: Tint {
    switch self {
    case .isp1, .a: .first
    case .isp2, .b: .second
    case .gateway, .between: .strong
    }
  }

  func sign(_ alphabet: Terminal.Alphabet) -> String {
    switch (alphabet, self) {
    case (.boxes, .isp2), (.boxes, .b): "▓"
    case (.boxes, _): "█"
    case (.ascii, .isp1): "1"
    case (.ascii, .isp2): "2"
    case (.ascii, _): rawValue
    }
  }
}
