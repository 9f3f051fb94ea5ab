import Model
import Testing
import Wire

struct RouteQuestionTests {
  private func read(
    _ bytes: [UInt8]
  ) throws -> (header: NetlinkHeader, message: RouteMessage) {
    let datagram = NetlinkDatagram(bytes, count: bytes.count)
    var reader = datagram.reader
    guard let message = try reader.nextMessage() else { throw DecodeError.truncated }
    return (message.header, try RouteMessage(parsing: message.body))
  }

  @Test
  func `a question names all that rules go by`() throws {
    let question = RouteQuestion(
      destination: IPAddress("203.0.113.10")!, source: IPAddress("192.168.1.10")!,
      incoming: InterfaceIndex(4), mark: 0x100, transport: 17, toPort: 5_060)
    let bytes = question.request(sequence: 7).bytes
    let (header, route) = try read(bytes)
    #expect(header.type == 26 && header.flags == 1)
    #expect(route.destinationLength == 32 && route.sourceLength == 32 && route.flags == 0x1000)
    #expect(route.attributes.map(\.type) == [1, 2, 3, 16, 27, 29])
    #expect(route.attributes.last?.value == [0x13, 0xc4])  // 5060, in network order
  }

  @Test(arguments: [
    (UInt8(1), RouteAnswer.Kind.forwarded), (2, .own), (6, .refused), (7, .refused), (8, .refused),
  ])
  func `an answer is a way, this machine, or a refusal`(type: UInt8, kind: RouteAnswer.Kind) throws
  {
    let route = Route(
      Prefix.host(IPAddress("203.0.113.10")!), table: 8_300,
      hops: [NextHop(interface: InterfaceIndex(3), gateway: IPAddress("10.20.1.1")!)])
    var message = try read(RouteMessage.add(route, sequence: 1).bytes).message
    message.type = type
    let answer = RouteAnswer(message)
    #expect(answer.kind == kind && answer.table == 8_300)
    #expect(answer.interface == InterfaceIndex(3))
    #expect(answer.gateway == IPAddress("10.20.1.1"))
  }
}

struct PortMaskTests {
  /// Linux 6.15 and newer tell of a rule for one port that all bits of it count.
  @Test(arguments: [(UInt16.max, true), (0xff00, false)])
  func `a rule for one port is read, and one for some bits of it is somebody else's`(
    mask: UInt16, isRead: Bool
  ) throws {
    var selector = Selector()
    selector.transport = 17
    selector.toPorts = 5_060...5_060
    let rule = Rule(priority: 8_900, family: .ipv4, selector: selector, table: 8_300)
    var request = RuleMessage.add(rule, sequence: 1)
    request.attribute(29) { $0.native16(mask) }
    let read = try parse(request.bytes) { (body) throws(DecodeError) in
      try RuleMessage.parse(body)
    }
    #expect(read == (isRead ? rule : nil))
  }
}
