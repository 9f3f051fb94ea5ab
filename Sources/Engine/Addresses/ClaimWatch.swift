import Election
import Model
import Wire

/// Who else says that he has an address that stands here, and speaks no VRRP: a machine to which
/// somebody gave it, or a router that was killed and whose kernel still answers.
///
/// A takeover waits for none of this. With each announcement it is asked who has the address (RFC 5227
/// §2.1.1, RFC 4861 §7.2); whoever claims it is contradicted, twice a second at most.
struct ClaimWatch: Equatable, Sendable {
  struct Claim: Equatable, Sendable {
    var hardware: HardwareAddress
    var at: Instant
  }

  /// Whoever was relieved may have it for so long: what is lent ends after 3 s.
  private static let grace = Duration.seconds(4)
  /// It is asked again once a minute.
  private static let memory = Duration.seconds(130)

  private var since: Instant?  // nil: it does not stand here
  private var claims: [IPAddress: Claim] = [:]

  mutating func looked(isHolding: Bool, at now: Instant) {
    since = isHolding ? since ?? now : nil
    if !isHolding { claims = [:] }
  }

  /// Somebody speaks VRRP for it, and that decides whose it is.
  mutating func advertised(at now: Instant) {
    guard since != nil else { return }
    since = now
    claims = [:]
  }

  mutating func claimed(_ address: IPAddress, by hardware: HardwareAddress, at now: Instant) {
    guard let since, now - since >= Self.grace else { return }
    claims[address] = Claim(hardware: hardware, at: now)
  }

  /// Those that were made of late.
  func standing(at now: Instant) -> [(address: IPAddress, claim: Claim)] {
    claims.filter { now - $0.value.at < Self.memory }.sorted { $0.key < $1.key }.map { ($0, $1) }
  }
}

extension Engine {
  mutating func heardClaim(
    _ bytes: [UInt8], _ family: Family, on index: InterfaceIndex, at now: Instant
  ) {
    guard let (address, hardware) = Self.claim(in: bytes, family),
      // Our own announcements are heard too, on their way out.
      !observed.links.values.contains(where: { $0.hardwareAddress == hardware })
    else { return }
    for keeper in addressKeepers.indices where addressKeepers[keeper].sync.announces {
      addressKeepers[keeper].claimed(address, by: hardware, on: index, at: now)
    }
  }

  private static func claim(
    in bytes: [UInt8], _ family: Family
  ) -> (address: IPAddress, hardware: HardwareAddress)? {
    do throws(DecodeError) {
      switch family {
      case .ipv4:
        let packet = try ARPPacket(parsing: bytes.span)
        return (packet.sender.address, packet.sender.hardware)
      case .ipv6:
        let packet = try NeighborAdvertisement(parsing: bytes.span, hopLimit: 255)
        return packet.hardware.map { (packet.target, $0) }
      }
    } catch {
      return nil  // what cannot be read claims nothing
    }
  }

  /// Where claims are heard: wherever shared addresses may come to stand.
  mutating func heed(_ effects: inout [Effect]) {
    var heard: [VRRPLink: [IPAddress]] = [:]
    for keeper in addressKeepers {
      for (router, perch) in zip(keeper.routers, keeper.perches) {
        guard let perch, perch.asker != nil else { continue }
        heard[VRRPLink(perch.index, router.id.family), default: []] += router.addresses
      }
    }
    let ears = heard.map { ClaimEar($0.key.interface, $0.value.sorted()) }.sorted()
    guard ears != heeded else { return }
    heeded = ears
    effects.append(.heed(ears))
  }

  func claimTroubles(_ keeper: AddressKeeper, at now: Instant) -> [String] {
    zip(keeper.routers, keeper.claims).flatMap { router, watch in
      watch.standing(at: now).map { address, claim in
        "\(claim.hardware) on \(router.id.interface) says that it has \(address) too, which \(keeper.group) "
          + "holds here; take the address away from that machine, or let it share it by VRRP"
      }
    }
  }
}

extension AddressKeeper {
  /// - Parameter hardware: nobody's on this machine.
  fileprivate mutating func claimed(
    _ address: IPAddress, by hardware: HardwareAddress, on index: InterfaceIndex, at now: Instant
  ) {
    for place in routers.indices
    where perches[place]?.index == index && routers[place].addresses.contains(address) {
      // Another node with the same virtual MAC is VRRP's business.
      guard hardware != routers[place].id.hardware else { continue }
      contested(place, at: now)
      claims[place].claimed(address, by: hardware, at: now)
    }
  }
}
