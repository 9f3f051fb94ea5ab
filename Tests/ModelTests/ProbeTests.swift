import Model
import Testing

struct ProbeTests {
  @Test
  func `a program says no by its exit status, and why by the first line it prints`() {
    #expect(ProbeResult(exitStatus: 0, output: "all is well\n") == .ok)
    #expect(ProbeResult(exitStatus: 3, output: "") == .refused("exit status 3"))
    #expect(
      ProbeResult(exitStatus: 1, output: "\n  no   answer\nfrom there")
        == .refused("exit status 1, no answer"))
  }

  @Test
  func `what a program prints cannot reach the terminal as a command`() {
    #expect(
      ProbeResult(exitStatus: 1, output: "\u{1b}[2Jboo\u{202e}")
        == .refused("exit status 1, [2Jboo"))
    guard
      case .refused(let why) = ProbeResult(
        exitStatus: 1, output: String(repeating: "x", count: 9_999))
    else {
      Issue.record("it said yes")
      return
    }
    #expect(why.count < 150)
  }

  @Test(arguments: ["", "\n", "up", "1", "nothing", "downhill", "yes\ndown"])
  func `a file that is there says yes`(text: String) {
    #expect(ProbeResult(fileText: text) == .ok)
  }

  @Test(arguments: ["down", "DOWN\nsince noon", " 0 \n", "false", "no", "\r\nno"])
  func `a file whose first line says no says no`(text: String) {
    guard case .refused = ProbeResult(fileText: text) else {
      Issue.record("it said yes")
      return
    }
  }

  @Test
  func `an endpoint of IPv6 has brackets before its port`() throws {
    let address = try #require(IPAddress("2001:db8::1"))
    #expect("\(Endpoint.port(443, of: address))" == "[2001:db8::1]:443")
    #expect("\(CheckTarget.port(443, of: .address(address)))" == "[2001:db8::1]:443")
    #expect("\(Endpoint.port(53, of: .v4(0x0a0a_0101)))" == "10.10.1.1:53")
  }
}
