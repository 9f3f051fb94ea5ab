import Model

private let quad = "[0-9]{1,3}(\\.[0-9]{1,3}){3}"
private let groups = "[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f.]{0,15}){2,8}"
private let either = "(\(quad)|\(groups))"

extension Form<IPAddress> {
  static let address = Form.scalar(
    .text("an address such as `192.0.2.1` or `2001:db8::1`", pattern: "^\(either)$"),
    write: \.description, parse: hostAddress)
}

extension Form<InterfaceAddress> {
  static let interfaceAddress = Form.scalar(
    .text(
      "an address with its length such as `10.10.1.2/24` or `2001:db8::2/64`",
      pattern: "^\(either)/[0-9]{1,3}$"),
    write: \.description
  ) { text in
    if let address = IPAddress(text) {
      let usual = address.family == .ipv4 ? 24 : 64
      return .wrong(
        "needs the length of its network; write \("\(text)/\(usual)".shown) or what it is")
    }
    guard let address = InterfaceAddress(text) else { return .mistaken() }
    if let reason = address.reservedInItsNetwork { return .wrong(reason) }
    return hostAddress("\(address.address)").map { _ in address }
  }
}

extension Form<Prefix> {
  /// `default`, `default6`, or a network.
  static let route = Form.scalar(
    .text(
      "`default`, `default6` or a network such as `10.0.0.0/8`",
      pattern: "^(default6?|\(either)/[0-9]{1,3})$"),
    write: \.routeName
  ) { text in
    switch text {
    case "default": .value(.defaultV4)
    case "default6": .value(.defaultV6)
    default: wholeNetwork(text).suggesting(["default", "default6"], for: text)
    }
  }
}

extension Prefix {
  /// As the file names what a group holds.
  var routeName: String {
    switch self {
    case .defaultV4: "default"
    case .defaultV6: "default6"
    default: description
    }
  }
}

extension Form<NAT> {
  static let nat = Form.scalar(
    .text(
      "`masquerade`, `none` or an address such as `192.0.2.1`",
      pattern: "^(masquerade|none|\(quad))$"),
    write: \.written
  ) { text in
    switch text {
    case "masquerade": return .value(.masquerade)
    case "none": return .value(.none)
    default: break
    }
    if case .v6 = IPAddress(text) {
      return .wrong("is about IPv4, and \(text.shown) is an IPv6 address; see `nat6`")
    }
    return hostAddress(text).map(NAT.source).suggesting(["masquerade", "none"], for: text)
  }
}

extension Form<NAT6> {
  static let nat6 = Form.scalar(
    .text(
      "`masquerade`, `none` or a prefix such as `2001:db8:1::/64`",
      pattern: "^(masquerade|none|\(groups)/[0-9]{1,3})$"),
    write: \.written
  ) { text in
    switch text {
    case "masquerade": return .value(.masquerade)
    case "none": return .value(.none)
    default: break
    }
    return wholeNetwork(text).flatMap { prefix in
      guard prefix.family == .ipv6 else {
        return .wrong("is about IPv6, and \(text.shown) is an IPv4 network; see `nat`")
      }
      guard prefix.length > 0 else { return .wrong("cannot be all there is; give a prefix") }
      return .value(.prefix(prefix))
    }.suggesting(["masquerade", "none"], for: text)
  }
}

extension Form<CheckTarget> {
  static let target = Form.scalar(
    .text(
      "`gateway`, `resolvers` or an address such as `192.0.2.1` or `2001:db8::1`",
      pattern: "^(gateway|resolvers|\(either))$"),
    write: \.description
  ) { text in
    switch text {
    case "gateway": .value(.gateway)
    case "resolvers": .value(.resolvers)
    default:
      hostAddress(text).map(CheckTarget.address).suggesting(["gateway", "resolvers"], for: text)
    }
  }
}

extension NAT {
  fileprivate var written: String {
    switch self {
    case .none: "none"
    case .masquerade: "masquerade"
    case .source(let address): address.description
    }
  }
}

extension NAT6 {
  fileprivate var written: String {
    switch self {
    case .none: "none"
    case .masquerade: "masquerade"
    case .prefix(let prefix): prefix.description
    }
  }
}
