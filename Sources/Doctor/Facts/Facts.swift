import Config
import Model

/// What was found out about a machine. What could not be looked at is absent here, and `unseen`
/// says why.
public struct Facts: Sendable {
  public var file = ConfigurationFile.none(path: "/etc/siaga/siaga.yaml")
  public var daemon = DaemonFacts.absent
  public var place = PlaceFacts()
  public var kernel: KernelState?
  public var wideRoutes: [Route] = []  // of others in main, longer than a default but not by much
  public var settings: [Sysctl: String] = [:]  // those of `settingsToRead` that exist
  public var canWriteSettings = true
  public var packetSizes: [InterfaceName: Int] = [:]  // MTU
  public var wireless: Set<InterfaceName> = []  // interfaces that are Wi-Fi
  public var neighbors: [NeighborFacts] = []
  public var programs: [RunningProgram] = []  // in this network namespace
  public var networkd: String?  // the lines that it lacks; nil: none, or it does not run here
  public var ifupdown: Set<InterfaceName> = []  // interfaces that it configures
  public var missing: [MissingProgram] = []
  public var chains: [FirewallChain]?
  public var markLines: [String] = []  // of iptables-save: what sets marks
  public var lacking: Set<KernelFeature> = []
  public var tracking: TrackingFacts?
  public var limits = LimitFacts()
  public var missingCapabilities: [String] = []
  public var clock = ClockFacts()
  public var unseen: [String] = []

  public init() {}

  public var configuration: Configuration? {
    guard case .valid(_, let configuration, _) = file else { return nil }
    return configuration
  }
}

/// The file that the daemon goes by, or would go by.
public enum ConfigurationFile: Sendable {
  case none(path: String)
  case unreadable(path: String, reason: String)
  case invalid(path: String, problems: [String])
  case valid(path: String, Configuration, warnings: [String])

  public var path: String {
    switch self {
    case .none(let path), .unreadable(let path, _), .invalid(let path, _), .valid(let path, _, _):
      path
    }
  }
}

public enum DaemonFacts: Sendable {
  case absent
  /// It runs here, and does not answer at the socket that was asked.
  case silent(process: Int32, socket: String?)
  case answersOthers  // it runs here, and we may not ask it
  /// - Parameter runs: its configuration with every default; nil: it could not be asked.
  case answers(StatusSnapshot, runs: String?)

  var isThere: Bool {
    if case .absent = self { return false }
    return true
  }
}

/// Who answered for an IPv4 address on a link, by ARP.
public struct NeighborFacts: Equatable, Sendable {
  public var uplink: UplinkName
  public var interface: InterfaceName
  public var address: IPAddress
  public var isGateway: Bool  // else it is our own
  public var answers: [HardwareAddress]

  public init(
    uplink: UplinkName, interface: InterfaceName, address: IPAddress, isGateway: Bool,
    answers: [HardwareAddress]
  ) {
    self.uplink = uplink
    self.interface = interface
    self.address = address
    self.isGateway = isGateway
    self.answers = answers
  }
}

public struct RunningProgram: Equatable, Sendable {
  public var process: Int32
  public var name: String  // its first 15 characters, as the kernel keeps them
  public var arguments: [String]

  public init(process: Int32, name: String, arguments: [String] = []) {
    self.process = process
    self.name = name
    self.arguments = arguments
  }
}

/// A program that Siaga runs, and cannot.
public struct MissingProgram: Equatable, Sendable {
  public var path: String
  public var purpose: String

  public init(path: String, purpose: String) {
    self.path = path
    self.purpose = purpose
  }
}
