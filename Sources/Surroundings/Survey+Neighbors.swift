import Config
import Doctor
import Glibc
import Kernel
import Model

extension Survey {
  /// More links than these are not asked: it would take long, and be a storm.
  private static let most = 128

  /// Who answers for gateways and for our own addresses, by ARP.
  mutating func askNeighbors() {
    guard geteuid() == 0, !facts.missingCapabilities.contains("CAP_NET_RAW") else {
      facts.unseen.append("gateways and addresses on the links: that takes CAP_NET_RAW")
      return
    }
    let asked = Array(toAsk.prefix(Self.most))
    do throws(SystemError) {
      let answers = try ARPQuestions.ask(asked.map(\.question))
      let own = Set((facts.kernel?.links.values.map(\.hardwareAddress) ?? []).compactMap { $0 })
      facts.neighbors = zip(asked, answers).map { ask, answers in
        var neighbor = ask.neighbor
        // Two of our own links may be on one network, and one answers for the other.
        neighbor.answers = answers.filter { !own.contains($0) }
        return neighbor
      }
    } catch {
      facts.unseen.append("gateways and addresses on the links: \(error)")
    }
  }

  private struct Asked {
    let question: ARPQuestions.Question
    let neighbor: NeighborFacts
  }

  private var toAsk: [Asked] {
    guard let kernel = facts.kernel else { return [] }
    return (facts.configuration?.uplinks ?? []).flatMap { uplink -> [Asked] in
      guard let link = kernel.link(named: uplink.interface), link.isUp, link.hasCarrier,
        let hardware = link.hardwareAddress
      else { return [] }
      let held = kernel.addresses(on: link.index).map(\.address)
      let addresses = (uplink.addresses + held).filter { $0.family == .ipv4 }.map(\.address)
      let source = held.first { $0.family == .ipv4 }?.address
      let gateway = uplink.gateway(.ipv4).map { ($0, true, source) }
      let own = Set(addresses).sorted().map { ($0, false, IPAddress?.none) }
      return ([gateway].compactMap { $0 } + own).map { address, isGateway, source in
        Asked(
          question: ARPQuestions.Question(
            interface: link.index, hardware: hardware, source: source, address: address),
          neighbor: NeighborFacts(
            uplink: uplink.name, interface: uplink.interface, address: address,
            isGateway: isGateway, answers: []))
      }
    }
  }
}
