/// What /proc/net/bonding tells of a bond: lines of `key: value`, first its own, then those of each port.
public struct BondFile: Equatable, Sendable {
  public struct Port: Equatable, Sendable {
    public var interface: String
    public var isUp = false
    /// Who is in the same one carries packets together (802.3ad).
    public var aggregator: Int?
    /// What this side and the other say of it in their LACP packets.
    public var states: [LACPState] = []

    /// Whether both sides take packets from it, and send by it.
    public var isJoined: Bool { states.count == 2 && states.allSatisfy(\.carries) }
  }

  /// IEEE 802.1AX-2020 §6.4.2.3: the state of an end of a link, in one byte.
  public struct LACPState: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    static let synchronized = LACPState(rawValue: 1 << 3)
    static let collecting = LACPState(rawValue: 1 << 4)
    static let distributing = LACPState(rawValue: 1 << 5)

    var carries: Bool { isSuperset(of: [.synchronized, .collecting, .distributing]) }
  }

  /// In the kernel's words: `fault-tolerance (active-backup)`.
  public var mode = ""
  /// Of the modes that send by one port, that one.
  public var active: String?
  /// The MAC of the other side (802.3ad); zeroes while nobody answers.
  public var partner: String?
  public var ports: [Port] = []

  init(parsing text: String) {
    for line in text.split(separator: "\n") {
      guard let colon = line.firstRange(of: ": ") else { continue }
      let key = line[..<colon.lowerBound].drop { $0 == " " || $0 == "\t" }
      read(String(key), String(line[colon.upperBound...]))
    }
  }

  private mutating func read(_ key: String, _ value: String) {
    switch key {
    case "Bonding Mode": mode = value
    case "Currently Active Slave": active = value == "None" ? nil : value
    case "Partner Mac Address": partner = value
    case "Slave Interface": ports.append(Port(interface: value))
    default: if !ports.isEmpty { ports[ports.count - 1].read(key, value) }
    }
  }
}

extension BondFile.Port {
  fileprivate mutating func read(_ key: String, _ value: String) {
    switch key {
    case "MII Status": isUp = value == "up"
    case "Aggregator ID": aggregator = Int(value)
    case "port state": states += UInt8(value).map { [.init(rawValue: $0)] } ?? []
    default: break
    }
  }
}
