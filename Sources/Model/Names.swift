/// A name that the operator chose, typed by what it names, so that a group's name
/// cannot be passed where an uplink's is meant.
public struct Name<Kind>: Hashable, Comparable, Sendable {
  public let text: String

  public init(_ text: String) {
    self.text = text
  }

  public static func < (left: Name, right: Name) -> Bool {
    left.text < right.text
  }
}

extension Name: CustomStringConvertible {
  public var description: String { text }
}

extension Name: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

public enum UplinkKind {}
public enum NodeKind {}
public enum BackendKind {}
public enum GroupKind {}
public enum CheckNameKind {}

public typealias UplinkName = Name<UplinkKind>
public typealias NodeName = Name<NodeKind>
public typealias BackendName = Name<BackendKind>
public typealias GroupName = Name<GroupKind>
public typealias CheckName = Name<CheckNameKind>

/// Who can stand in a group. All members of a machine share one namespace.
public enum MemberID: Hashable, Comparable, Sendable {
  case uplink(UplinkName)
  case node(NodeName)
  case backend(BackendName)
  case port(InterfaceName)

  public var text: String {
    switch self {
    case .uplink(let name): name.text
    case .node(let name): name.text
    case .backend(let name): name.text
    case .port(let name): name.text
    }
  }

  public static func < (left: MemberID, right: MemberID) -> Bool {
    left.text < right.text
  }
}

extension MemberID: CustomStringConvertible {
  public var description: String { text }
}
