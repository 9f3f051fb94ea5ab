import Glibc

/// A real router of yet another make: FRR's zebra and vrrpd. Its virtual routers are macvlan
/// interfaces with VRRP's hardware addresses, which it is given.
public final class FRRouter {
  private let scratch: ScratchDirectory
  private let namespace: Namespace
  private var lines: [[String]] = []
  private var programs: [Program] = []

  /// - Parameters:
  ///   - interval: in milliseconds.
  ///   - addresses: of one family, each with its length.
  public init(
    number: Int = 51, priority: Int, interval: Int, addresses: [String], by interface: String,
    on router: RouterPair.Router, tag: String
  ) throws {
    scratch = try ScratchDirectory(tag: tag)
    namespace = router.namespace
    let isIPv6 = addresses.allSatisfy { $0.contains(":") }
    let family = isIPv6 ? "ipv6" : "ip"
    // RFC 9568 §7.3: the last byte is the router's number.
    let hexadecimal = String(number, radix: 16)
    let hardware =
      "00:00:5e:00:0\(isIPv6 ? 2 : 1):\(hexadecimal.count < 2 ? "0" : "")\(hexadecimal)"
    try namespace.ip(
      [
        "link add vrrp\(number) link \(interface) type macvlan mode bridge",
        "link set vrrp\(number) address \(hardware)",
      ] + addresses.map { "addr add \($0) dev vrrp\(number) nodad" }
        + ["link set vrrp\(number) up"])
    try scratch.write(
      """
      interface \(interface)
       vrrp \(number) version 3
       vrrp \(number) priority \(priority)
       vrrp \(number) advertisement-interval \(interval)
      \(addresses.map { " vrrp \(number) \(family) \($0.prefix { $0 != "/" })" }.joined(separator: "\n"))
      exit

      """, to: "vrrpd.conf")
    let common = [
      "--vty_socket", scratch.path, "--socket",
      scratch.file("zserv"), "--log", "stdout",
    ]
    try scratch.write("", to: "zebra.conf")
    lines = ["zebra", "vrrpd"].map { name in
      [
        "/usr/lib/frr/\(name)", "--pid_file", scratch.file("\(name).pid"), "--config_file",
        scratch.file("\(name).conf"),
      ] + common
    }
    // They go on as the user that their package made.
    try Command.run("chown", "-R", "frr:frr", scratch.path)
    try start()
  }

  public func start() throws {
    precondition(programs.isEmpty, "it runs already")
    for line in lines {
      programs.append(try Program(line, in: namespace, log: scratch.file("log")))
      if programs.count == 1 {
        try waitUntil("zebra listens", within: .seconds(10)) {
          access(scratch.file("zserv"), F_OK) == 0
        }
      }
    }
  }

  /// vrrpd says that it stops; the moment of it.
  @discardableResult
  public func end() -> Moment {
    let before = Moment.now
    for program in programs.reversed() { program.end() }
    programs = []
    unlink(scratch.file("zserv"))
    return before
  }

  /// Empty before it has said anything.
  public var log: String { (try? scratch.read("log")) ?? "" }
}
