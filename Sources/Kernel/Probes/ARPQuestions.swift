import CLinux
import Glibc
import Model
import Wire

/// Asks on links who has an address, and waits for the answers. Blocks: for commands only.
public enum ARPQuestions {
  public struct Question: Hashable, Sendable {
    public let interface: InterfaceIndex
    public let hardware: HardwareAddress  // of the interface
    /// Nil asks without a sender, as who wants to know whether an address is free (RFC 5227).
    public let source: IPAddress?
    public let address: IPAddress

    public init(
      interface: InterfaceIndex, hardware: HardwareAddress, source: IPAddress?, address: IPAddress
    ) {
      self.interface = interface
      self.hardware = hardware
      self.source = source
      self.address = address
    }

    fileprivate var packet: ARPPacket {
      .request(
        for: address,
        from: ARPPacket.Party(hardware: hardware, address: source ?? .any(.ipv4)))
    }
  }

  /// Each is asked three times.
  private static let pause = Duration.milliseconds(300)

  /// - Parameter questions: of IPv4.
  /// - Returns: for each, who answered.
  public static func ask(_ questions: [Question]) throws(SystemError) -> [[HardwareAddress]] {
    var ears: [Ear] = []
    for index in Set(questions.map(\.interface)).sorted() { ears.append(try Ear(index)) }
    var answers = questions.map { _ in [HardwareAddress]() }
    for _ in 0..<3 {
      for question in questions {
        let bytes = question.packet.bytes
        // A link that is down refuses; nobody answers by it.
        _ = ears.first { $0.index == question.interface }.map { $0.send(bytes) }
      }
      listen(ears, until: Clock.now + pause) { packet, index in
        for (place, question) in questions.enumerated()
        where question.interface == index && packet.answers(question.packet)
          && !answers[place].contains(packet.sender.hardware)
        {
          answers[place].append(packet.sender.hardware)
        }
      }
      // Whoever has our address may answer late; a gateway has answered.
      if zip(questions, answers).allSatisfy({ $0.source != nil && !$1.isEmpty }) { break }
    }
    return answers
  }

  private static func listen(
    _ ears: [Ear], until end: Instant, _ hear: (ARPPacket, InterfaceIndex) -> Void
  ) {
    while end > Clock.now {
      var waiting = ears.map { pollfd(fd: $0.descriptor.number, events: Int16(POLLIN), revents: 0) }
      let left = (end - Clock.now).nanoseconds / 1_000_000 + 1
      guard poll(&waiting, nfds_t(waiting.count), Int32(clamping: left)) > 0 else { continue }
      for ear in ears { ear.drain { hear($0, ear.index) } }
    }
  }
}

/// A socket that hears ARP replies on a link.
private final class Ear {
  let index: InterfaceIndex
  let descriptor: Descriptor

  init(_ index: InterfaceIndex) throws(SystemError) {
    self.index = index
    descriptor = try Descriptor(siaga_arp_open(index.value), for: "ask by ARP")
  }

  func send(_ bytes: [UInt8]) {
    _ = siaga_arp_broadcast(descriptor.number, index.value, bytes, bytes.count)
  }

  func drain(_ hear: (ARPPacket) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 128)
    for _ in 0..<256 {
      var sender = siaga_sender()
      let count = buffer.withUnsafeMutableBufferPointer {
        siaga_receive_from(descriptor.number, 4, $0.baseAddress, $0.count, &sender)
      }
      guard count > 0 else { return }
      let bytes = Array(buffer.prefix(count))
      if let packet = try? ARPPacket(parsing: bytes.span) { hear(packet) }
    }
  }
}
