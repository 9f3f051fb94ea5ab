import Model

/// Where the daemon keeps and offers what.
public struct PlaceFacts: Equatable, Sendable {
  public struct Socket: Equatable, Sendable {
    public var path: String
    public var group: String
    public var mode: UInt32
    /// A directory above it that others may not pass; nil: they may.
    public var closedDirectory: String?

    public init(path: String, group: String, mode: UInt32, closedDirectory: String? = nil) {
      self.path = path
      self.group = group
      self.mode = mode
      self.closedDirectory = closedDirectory
    }
  }

  public struct State: Equatable, Sendable {
    public var path: String
    public var isWritable: Bool
    public var user: String  // who is to write there
    public var freeBytes: Int
    public var freeFiles: Int

    public init(path: String, isWritable: Bool, user: String, freeBytes: Int, freeFiles: Int) {
      self.path = path
      self.isWritable = isWritable
      self.user = user
      self.freeBytes = freeBytes
      self.freeFiles = freeFiles
    }
  }

  public var hasGroup = false  // there is a group `siaga`
  public var socket: Socket?  // nil: there is none
  public var state: State?

  public init() {}
}

/// What Linux can be built without.
public enum KernelFeature: String, Hashable, CaseIterable, Sendable {
  case nftables, tracking, trackingControl, rules, multipath, ipv6
}

/// Flows that the kernel keeps track of.
public struct TrackingFacts: Equatable, Sendable {
  public var count: Int
  public var most: Int

  public init(count: Int, most: Int) {
    self.count = count
    self.most = most
  }
}

/// Bounds of the daemon's process, or of one that is started from here.
public struct LimitFacts: Equatable, Sendable {
  public struct Share: Equatable, Sendable {
    public var used: Int
    public var most: Int

    public init(used: Int, most: Int) {
      self.used = used
      self.most = most
    }
  }

  public var openFiles: Int?
  public var tasks: Share?  // of its control group; nil: unbounded
  public var memory: Share?
  /// Bytes that a socket may queue where nobody may ask for more; nil: Siaga may.
  public var socketBuffer: Int?

  public init() {}
}

public struct ClockFacts: Equatable, Sendable {
  public var isSynchronized: Bool?
  public var wall: Timestamp?

  public init(isSynchronized: Bool? = nil, wall: Timestamp? = nil) {
    self.isSynchronized = isSynchronized
    self.wall = wall
  }
}
