import Model

/// What a node tells another, on one path (Siaga's own; in network order).
///
///     "SGA" version ║ epoch ║ echo ║ counter ║ digest of the configuration
///     path │ paths that are heard │ lengths and names of the sender and of whom it is for
///     count of groups │ each: name's hash, role, priority, flags
///
/// What follows, 32 bytes, authenticates all of it; whoever carries it sees to that.
public struct PeerMessage: Equatable, Sendable {
  public var sender: NodeName
  public var recipient: NodeName
  public var epoch: UInt64  // drawn at each start of the sender
  public var echo: UInt64  // the recipient's, as far as it is known; else 0
  public var counter: UInt64  // grows with each message of the path
  public var path: UInt8
  public var heardPaths: UInt32  // a bit for each path by which the recipient is heard
  public var digest: UInt64  // two nodes with one file have the same
  public var groups: [GroupWord]

  /// How the sender stands for a group of addresses.
  public struct GroupWord: Equatable, Sendable {
    public enum Role: UInt8, Sendable {
      case waiting, backup, active, yielding
    }

    public var group: UInt64  // of its name
    public var role: Role
    public var priority: UInt8
    public var wants: Bool  // policy, as the sender sees it, prefers the sender

    public init(group: UInt64, role: Role, priority: UInt8, wants: Bool) {
      self.group = group
      self.role = role
      self.priority = priority
      self.wants = wants
    }
  }

  public static let mostGroups = 100
  public static let mostPaths = 16

  public init(
    sender: NodeName, recipient: NodeName, epoch: UInt64, echo: UInt64, counter: UInt64,
    path: UInt8, heardPaths: UInt32, digest: UInt64, groups: [GroupWord]
  ) {
    self.sender = sender
    self.recipient = recipient
    self.epoch = epoch
    self.echo = echo
    self.counter = counter
    self.path = path
    self.heardPaths = heardPaths
    self.digest = digest
    self.groups = groups
  }
}

// MARK: - Bytes

extension PeerMessage {
  private static let magic: [UInt8] = Array("SGA".utf8)
  public static let version: UInt8 = 1

  public var bytes: [UInt8] {
    var writer = Writer(capacity: 128 + groups.count * 11)
    writer.append(Self.magic)
    writer.byte(Self.version)
    for number in [epoch, echo, counter, digest] { writer.big64(number) }
    writer.byte(path)
    writer.big32(heardPaths)
    for name in [sender, recipient] {
      writer.byte(UInt8(clamping: name.text.utf8.count))
      writer.append(name.text.utf8.prefix(255))
    }
    writer.byte(UInt8(min(groups.count, Self.mostGroups)))
    for group in groups.prefix(Self.mostGroups) {
      writer.big64(group.group)
      writer.byte(group.role.rawValue)
      writer.byte(group.priority)
      writer.byte(group.wants ? 1 : 0)
    }
    return writer.bytes
  }

  public init(parsing bytes: Span<UInt8>) throws(DecodeError) {
    var reader = Reader(bytes)
    for byte in Self.magic {
      guard try reader.byte() == byte else { throw .badValue(field: "magic") }
    }
    guard try reader.byte() == Self.version else { throw .badValue(field: "version") }
    epoch = try reader.big64()
    echo = try reader.big64()
    counter = try reader.big64()
    digest = try reader.big64()
    path = try reader.byte()
    guard path < Self.mostPaths else { throw .badValue(field: "path") }
    heardPaths = try reader.big32()
    sender = NodeName(try reader.shortText())
    recipient = NodeName(try reader.shortText())
    groups = []
    let count = try reader.byte()
    guard count <= Self.mostGroups else { throw .badValue(field: "count of groups") }
    for _ in 0..<count {
      let name = try reader.big64()
      guard let role = GroupWord.Role(rawValue: try reader.byte()) else {
        throw .badValue(field: "role")
      }
      let priority = try reader.byte()
      groups.append(
        GroupWord(group: name, role: role, priority: priority, wants: try reader.byte() == 1))
    }
  }
}

extension Reader {
  @_lifetime(self: copy self)
  fileprivate mutating func shortText() throws(DecodeError) -> String {
    var inside = try slice(Int(try byte()))
    guard let text = String(validating: inside.rest(), as: UTF8.self) else {
      throw .badValue(field: "name")
    }
    return text
  }
}

/// FNV-1a: the same on every machine and at every start.
public func stableHash(_ text: String) -> UInt64 {
  text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
