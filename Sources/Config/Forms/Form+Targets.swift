import Model

private let host = "(gateway|resolvers|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+\\])"

extension Form<CheckTarget> {
  /// `192.0.2.1:443`, `[2001:db8::1]:443`, `gateway:53`, `resolvers:53`.
  static let port = Form.scalar(
    .text(
      "a host with its port such as `192.0.2.1:443`, `[2001:db8::1]:443` or `gateway:53`",
      pattern: "^\(host):[0-9]{1,5}$"),
    write: \.description
  ) { text in
    if ["gateway", "resolvers"].contains(text) || IPAddress(text)?.family == .ipv4 {
      return .wrong("needs a port; write \("\(text):443".shown) or what it is")
    }
    if IPAddress(text) != nil {
      return .wrong("needs brackets and a port; write \("[\(text)]:443".shown) or what it is")
    }
    guard let colon = text.lastIndex(of: ":"),
      let number = Int(decimal: text[text.index(after: colon)...]), (1...65_535).contains(number)
    else { return .mistaken() }
    return checkHost(String(text[..<colon])).map { .port(UInt16(number), of: $0) }
  }

  /// A file of this machine, to look at.
  static let path = Form.scalar(
    .text("a file's whole path such as `/run/link1`", pattern: "^/"), write: \.description
  ) { text in
    text.isWholePath ? .value(.path(text)) : .mistaken()
  }
}

/// What stands before a port.
private func checkHost(_ text: String) -> Parsed<CheckHost> {
  if text == "gateway" { return .value(.gateway) }
  if text == "resolvers" { return .value(.resolvers) }
  if text.hasPrefix("["), text.hasSuffix("]") {
    let inside = String(text.dropFirst().dropLast())
    guard IPAddress(inside)?.family == .ipv6 else { return .mistaken() }
    return hostAddress(inside).map(CheckHost.address)
  }
  // An IPv6 address without brackets could end anywhere.
  guard let address = IPAddress(text), address.family == .ipv4 else {
    return .mistaken(didYouMean: IPAddress(text) == nil ? nil : "[\(text)]:443")
  }
  return hostAddress(text).map(CheckHost.address)
}

extension String {
  /// From the root, and without a zero byte, where the kernel would stop reading.
  fileprivate var isWholePath: Bool {
    hasPrefix("/") && !hasSuffix("/") && !utf8.contains(0) && utf8.count < 4_096
  }
}

extension Form<NameServers.Place?> {
  static let resolv = Form.scalar(
    .text(
      "`true`, or a file's whole path such as `/run/dnsmasq/resolv.conf`",
      pattern: "^(true|false|/.*)$"),
    write: { place in
      switch place {
      case nil: "false"
      case .system: "true"
      case .file(let path): path
      }
    }
  ) { text in
    switch text {
    case "true": .value(.system)
    case "false": .value(nil)
    default: text.isWholePath ? .value(.file(text)) : .mistaken()
    }
  }
}

extension Form<String> {
  /// A file of this machine.
  static let filePath = Form.scalar(
    .text("a file's whole path such as `/etc/siaga/cluster.key`", pattern: "^/"), write: { $0 }
  ) { text in
    text.isWholePath ? .value(text) : .mistaken()
  }
}
