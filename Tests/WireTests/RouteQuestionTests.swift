import Model
import Testing
import Wire

struct RouteQuestionTests {
  @Test
  func `a question names all that rules go by`() throws {
    let question = RouteQuestion(
      destination: IPAddress("203.0.113.10")!, source: IPAddress("192.168.1.10")!,
      incoming: InterfaceIndex(4), mark: 0x100, transport: 17, toPort: 5_060)
    var reader = Reader(question.request(sequence: 7).bytes.span)
    let message = try #require(try reader.nextMessage())
    #expect(message.header.type == 26 && message.header.flags == 1)
    let route = try RouteMessage(parsing: message.body)
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
    var reader = Reader(RouteMessage.add(route, sequence: 1).bytes.span)
    var message = try RouteMessage(parsing: try #require(try reader.nextMessage()).body)
    message.type = type
    let answer = RouteAnswer(message)
    #expect(answer.kind == kind && answer.table == 8_300)
    #expect(answer.interface == InterfaceIndex(3))
    #expect(answer.gateway == IPAddress("10.20.1.1"))
  }
}
