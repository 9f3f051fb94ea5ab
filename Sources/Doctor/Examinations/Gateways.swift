import Model

extension Examination {
  static let ofGateways = [gatewayElsewhere, gatewaySilent, addressTwice]

  private static let gatewayElsewhere = Examination(
    "gateway-elsewhere", sign: "A gateway is in no network of its link's addresses",
    why: "it may not answer whom it does not know, and the link cannot be used without it"
  ) { patient in
    guard let kernel = patient.facts.kernel else { return [] }
    let path = patient.facts.file.path
    return patient.links.flatMap { uplink, link in
      uplink.gateways.compactMap { gateway -> Complaint? in
        let held = kernel.addresses(on: link.index).filter { $0.address.family == gateway.family }
        let networks = (uplink.addresses(gateway.family) + held.map(\.address)).map(\.network)
        guard !networks.isEmpty, !gateway.isLinkLocal, !link.isPointToPoint,
          !networks.contains(where: { $0.contains(gateway) }),
          !held.contains(where: { $0.peer == gateway })
        else { return nil }
        let known = kernel.foreignDefaults.sorted().lazy
          .filter { $0.destination.family == gateway.family }
          .flatMap(\.hops).first { $0.interface == link.index }?.gateway
        return Complaint(
          "the gateway \(gateway) of \(uplink.name) is in none of \(link.name)'s networks: "
            + "\(Set(networks).sorted().map(\.description).joined(separator: ", "))",
          remedy: known.map { "sed -i 's/\(gateway)/\($0)/' \(path) && siaga apply \(path)" }
            ?? "sed -i 's/gateway: \(gateway)/gateway: auto/' \(path) && siaga apply \(path)")
      }
    }
  }

  private static let gatewaySilent = Examination(
    "gateway-silent", sign: "A gateway does not answer by ARP",
    why: "no packet leaves by that link: it is no way out, whatever its carrier says"
  ) { patient in
    patient.facts.neighbors.filter { $0.isGateway && $0.answers.isEmpty }.map { neighbor in
      Complaint(
        "nobody on \(neighbor.interface) answers for \(neighbor.address), the gateway of "
          + "\(neighbor.uplink)",
        remedy: "ip neighbor show dev \(neighbor.interface)  # who is there? Then cable and VLAN")
    }
  }

  private static let addressTwice = Examination(
    "address-twice", sign: "Another machine on the link has an address of ours",
    why: "answers go to one or the other by chance, so connections hang and checks flap"
  ) { patient in
    let byARP = patient.facts.neighbors.filter { !$0.isGateway }.compactMap {
      neighbor -> Complaint? in
      guard let other = neighbor.answers.first else { return nil }
      return Complaint(
        "\(neighbor.address) of \(neighbor.uplink) is also \(other)'s on \(neighbor.interface)",
        remedy: "ip neighbor show \(neighbor.address) dev \(neighbor.interface)  "
          + "# find \(other), and give it another address")
    }
    let byDetection = patient.links.flatMap { uplink, link in
      (patient.facts.kernel?.addresses(on: link.index) ?? []).filter { $0.stage == .duplicate }
        .map { held in
          Complaint(
            "the kernel found \(held.address.address) of \(uplink.name) taken on \(link.name)",
            remedy: "ip -6 address delete \(held.address) dev \(link.name)  # and choose another")
        }
    }
    return byARP + byDetection
  }
}
