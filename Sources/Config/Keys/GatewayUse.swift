import Model

/// A gateway as the file gives it: an address, or whatever the system knows.
enum GatewayUse: Sendable {
  case address(IPAddress)
  case auto

  var address: IPAddress? {
    switch self {
    case .address(let address): address
    case .auto: nil
    }
  }
}

extension Form<GatewayUse> {
  static let gateway = Form.scalar(
    .either([.words(["auto"]), Form<IPAddress>.address.shape]),
    write: { $0.address?.description ?? "auto" }
  ) { text in
    text == "auto"
      ? .value(.auto)
      : hostAddress(text).map(GatewayUse.address).suggesting(["auto"], for: text)
  }
}
