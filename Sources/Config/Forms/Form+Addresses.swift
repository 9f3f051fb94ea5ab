import Model

private let quad = "[0-9]{1,3}(\\.[0-9]{1,3}){3}"

extension Form<IPAddress> {
  /// - Parameter later: words that a later version takes in place of an address.
  static func address(later: [String]) -> Form {
    .scalar(.address, write: \.description) { text in
      later.contains(text) ? .later : hostAddress(text)
    }
  }
}

extension Form<InterfaceAddress> {
  static let interfaceAddress = Form.scalar(
    .text("an address with its length such as `10.10.1.2/24`", pattern: "^\(quad)/[0-9]{1,2}$"),
    write: \.description
  ) { text in
    if case .v4 = IPAddress(text) {
      return .wrong("needs the length of its network; write \("\(text)/24".shown) or what it is")
    }
    if case .v6 = IPAddress(text) { return .wrong(ipv6Later(text)) }
    guard let address = InterfaceAddress(text) else { return .mistaken() }
    if let reason = address.reservedInItsNetwork { return .wrong(reason) }
    return hostAddress("\(address.address)").map { _ in address }
  }
}

extension Form<Prefix> {
  /// `default`, or a network.
  static let route = Form.scalar(
    .text("`default` or a network such as `10.0.0.0/8`", pattern: "^(default|\(quad)/[0-9]{1,2})$"),
    write: { $0 == .defaultV4 ? "default" : $0.description }
  ) { text in
    switch text {
    case "default": return .value(.defaultV4)
    case "default6": return .later
    default: break
    }
    guard let parsed = InterfaceAddress(text) else {
      return .mistaken(didYouMean: nearest(to: text, among: ["default"]))
    }
    guard parsed.family == .ipv4 else { return .wrong(ipv6Later(text)) }
    guard parsed.address == parsed.network.address else {
      return .mistaken(didYouMean: parsed.network.description)
    }
    return .value(parsed.network)
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
    case "masquerade": .value(.masquerade)
    case "none": .value(.none)
    default: hostAddress(text).map(NAT.source).suggesting(["masquerade", "none"], for: text)
    }
  }
}

extension Form<CheckTarget> {
  static let target = Form.scalar(
    .text("`gateway` or an address such as `192.0.2.1`", pattern: "^(gateway|\(quad))$"),
    write: \.description
  ) { text in
    text == "gateway"
      ? .value(.gateway)
      : hostAddress(text).map(CheckTarget.address).suggesting(["gateway"], for: text)
  }
}

extension Shape {
  fileprivate static let address = Shape.text(
    "an address such as `192.0.2.1`", pattern: "^\(quad)$")
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

private func ipv6Later(_ text: String) -> String {
  "cannot be \(text.shown): IPv6 is not in this version"
}

/// An address that one host can have.
@Sendable private func hostAddress(_ text: String) -> Parsed<IPAddress> {
  guard let address = IPAddress(text) else { return .mistaken() }
  guard address.family == .ipv4 else { return .wrong(ipv6Later(text)) }
  if let reason = address.notUnicast { return .wrong(reason) }
  return .value(address)
}

extension IPAddress {
  /// What to say after the key's name when no single host has this address (RFC 6890).
  fileprivate var notUnicast: String? {
    let kind: String? =
      switch bytes[0] {
      case 0: "no host has it"
      case 127: "it is this machine's own"
      case 224...239: "it is a multicast address"
      case 240...255: "it is reserved or broadcast"
      default: nil
      }
    return kind.map { "cannot be \(description.shown): \($0)" }
  }
}

extension InterfaceAddress {
  /// RFC 3021: only networks of two addresses or one have none to spare.
  fileprivate var reservedInItsNetwork: String? {
    guard case .v4(let value) = address, length < 31 else { return nil }
    let hosts = ~UInt32(0) >> UInt32(length)
    switch value & hosts {
    case 0: return "takes the address of a host, and \(description.shown) is the network's own"
    case hosts: return "takes the address of a host, and \(description.shown) is its broadcast"
    default: return nil
    }
  }
}
