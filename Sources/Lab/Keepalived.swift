import Glibc

/// A real router of another make: keepalived with one virtual router on one of its links.
public final class Keepalived {
  /// What it says of the virtual router, and how.
  public struct Settings: Sendable {
    public var version = 3
    public var number = 51
    public var priority: Int
    public var interval: String  // seconds
    public var addresses: [String]
    public var more: [String] = []  // lines of its own language

    public init(priority: Int, interval: String, addresses: [String]) {
      self.priority = priority
      self.interval = interval
      self.addresses = addresses
    }
  }

  private let scratch: ScratchDirectory
  private let arguments: [String]
  private let namespace: Namespace
  public private(set) var program: Program

  public init(
    _ settings: Settings, by interface: String, on router: RouterPair.Router, tag: String
  ) throws {
    scratch = try ScratchDirectory(tag: tag)
    try scratch.write(
      """
      global_defs { vrrp_version \(settings.version) }
      vrrp_instance shared {
        state BACKUP
        interface \(interface)
        virtual_router_id \(settings.number)
        priority \(settings.priority)
        advert_int \(settings.interval)
        \(settings.more.joined(separator: "\n  "))
        virtual_ipaddress {
          \(settings.addresses.joined(separator: "\n    "))
        }
      }

      """, to: "keepalived.conf")
    arguments = [
      "keepalived", "--vrrp", "--dont-fork", "--log-console", "--dump-conf",
      "--use-file=\(scratch.file("keepalived.conf"))", "--pid=\(scratch.file("pid"))",
      "--vrrp_pid=\(scratch.file("vrrp.pid"))",
    ]
    namespace = router.namespace
    program = try Program(arguments, in: namespace, log: scratch.file("log"))
  }

  /// It says that it stops; the moment of it.
  @discardableResult
  public func end() -> Moment {
    let before = Moment.now
    program.end()
    return before
  }

  public func start() throws {
    precondition(!program.isRunning, "keepalived runs already, as \(program.pid)")
    program = try Program(arguments, in: namespace, log: scratch.file("log"))
  }

  /// Empty before it has said anything.
  public var log: String { (try? scratch.read("log")) ?? "" }
}
