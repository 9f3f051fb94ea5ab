/// Where something stands in the file; both numbers count from 1.
public struct ConfigPosition: Hashable, Comparable, Sendable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static let start = ConfigPosition(line: 1, column: 1)

  public static func < (left: ConfigPosition, right: ConfigPosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

extension ConfigPosition: CustomStringConvertible {
  public var description: String { "\(line):\(column)" }
}

/// A YAML tree as it stands in the file. Scalars are text: what `on`, `010` or `1e3` mean is
/// for the key to say, so none of YAML 1.1's guesses happen here.
public struct ConfigNode: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case null
    case scalar(String, wasQuoted: Bool)
    case sequence([ConfigNode])
    case mapping([Entry])  // file order; a key may be there twice
  }

  public struct Entry: Hashable, Sendable {
    public let key: String
    public let position: ConfigPosition  // of the key
    public let value: ConfigNode

    public init(key: String, position: ConfigPosition, value: ConfigNode) {
      self.key = key
      self.position = position
      self.value = value
    }
  }

  public let content: Content
  public let position: ConfigPosition

  public init(_ content: Content, at position: ConfigPosition) {
    self.content = content
    self.position = position
  }
}

/// Nodes that no file holds yet: what `resolved` writes.
extension ConfigNode {
  static func text(_ text: String) -> ConfigNode {
    ConfigNode(.scalar(text, wasQuoted: false), at: .start)
  }

  static func list(_ elements: [ConfigNode]) -> ConfigNode {
    ConfigNode(.sequence(elements), at: .start)
  }

  static func mapping(_ entries: [(key: String, value: ConfigNode)]) -> ConfigNode {
    ConfigNode(
      .mapping(entries.map { Entry(key: $0.key, position: .start, value: $0.value) }), at: .start)
  }
}

/// A value that still knows where it stands, for the problems found when values are compared.
struct Placed<Value> {
  let value: Value
  let position: ConfigPosition

  init(_ value: Value, at position: ConfigPosition = .start) {
    self.value = value
    self.position = position
  }
}

extension Placed: Sendable where Value: Sendable {}
