import Model

/// An address that one host can have.
@Sendable func hostAddress(_ text: String) -> Parsed<IPAddress> {
  guard let address = IPAddress(text) else {
    if let zone = text.firstIndex(of: "%"), IPAddress(String(text[..<zone])) != nil {
      return .mistaken(didYouMean: String(text[..<zone]))
    }
    return .mistaken()
  }
  if let reason = address.notUnicast { return .wrong(reason) }
  return .value(address)
}

/// A network, without bits where hosts are.
func wholeNetwork(_ text: String) -> Parsed<Prefix> {
  guard let parsed = InterfaceAddress(text) else { return .mistaken() }
  guard parsed.address == parsed.network.address else {
    return .mistaken(didYouMean: parsed.network.description)
  }
  return .value(parsed.network)
}

extension IPAddress {
  /// Whether the file takes it where it wants a host's address.
  package var isOfOneHost: Bool { notUnicast == nil }

  /// What to say after the key's name when no single host has this address (RFC 6890).
  package var notUnicast: String? {
    let kind: String? =
      switch self {
      case .v4(let value): Self.kind(firstOctet: value >> 24)
      case .v6(let high, let low): Self.kind(high, low)
      }
    return kind.map { "cannot be \(description.shown): \($0)" }
  }

  private static func kind(firstOctet: UInt32) -> String? {
    switch firstOctet {
    case 0: "no host has it"
    case 127: "it is this machine's own"
    case 224...239: "it is a multicast address"
    case 240...255: "it is reserved or broadcast"
    default: nil
    }
  }

  private static func kind(_ high: UInt64, _ low: UInt64) -> String? {
    switch (high, low) {
    case (0, 0): "no host has it"
    case (0, 1): "it is this machine's own"
    case (0, _) where low >> 32 == 0xffff: "it stands for an IPv4 address; write that"
    case _ where high >> 56 == 0xff: "it is a multicast address"
    default: nil
    }
  }
}

extension InterfaceAddress {
  /// Whether the file takes it as an interface's own.
  package var isOfHost: Bool { reservedInItsNetwork == nil && address.isOfOneHost }

  /// RFC 3021: only networks of two addresses or one have none to spare.
  package var reservedInItsNetwork: String? {
    guard case .v4(let value) = address, length < 31 else { return nil }
    let hosts = ~UInt32(0) >> UInt32(length)
    switch value & hosts {
    case 0: return "takes the address of a host, and \(description.shown) is the network's own"
    case hosts: return "takes the address of a host, and \(description.shown) is its broadcast"
    default: return nil
    }
  }
}
