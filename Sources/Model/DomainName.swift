/// A domain name: parts ("labels") of 1 to 63 bytes, which take at most 255 bytes in a packet
/// (RFC 1035 §3.1).
///
/// Names are the same whatever the case of their ASCII letters (RFC 4343), but each keeps the
/// spelling that it came with.
public struct DomainName: Sendable {
  public let labels: [[UInt8]]  // the root has none

  public static let longestLabel = 63
  public static let longest = 255  // with a length before each label, and the root's

  public init(labels: [[UInt8]]) throws(DomainNameError) {
    guard !labels.contains(where: \.isEmpty) else { throw .emptyLabel }
    if let long = labels.first(where: { $0.count > Self.longestLabel }) {
      throw .longLabel(long.count)
    }
    self.labels = labels
    guard wireLength <= Self.longest else { throw .long(wireLength) }
  }

  /// How many bytes it takes in a packet, uncompressed.
  public var wireLength: Int { labels.reduce(1) { $0 + 1 + $1.count } }

  private var folded: [[UInt8]] { labels.map { $0.map(\.lowercasedASCII) } }
}

extension DomainName: Hashable {
  public static func == (left: DomainName, right: DomainName) -> Bool {
    left.folded == right.folded
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(folded)
  }
}

// MARK: - Text

extension DomainName: CustomStringConvertible {
  /// As people write it: `www.example.com`, and the root as `.`. Bytes that would be
  /// misread are written as RFC 1035 §5.1 has it: `\046`.
  public var description: String {
    labels.isEmpty ? "." : labels.map { $0.map(\.inName).joined() }.joined(separator: ".")
  }

  /// - Parameter text: with or without a dot at its end; every name is taken from the root.
  public init(_ text: String) throws(DomainNameError) {
    if let odd = text.unicodeScalars.first(where: { !$0.isPlainInName }) {
      throw .oddCharacter(odd)
    }
    let dot = UInt8(ascii: ".")
    let parts = (text.utf8.last == dot ? text.utf8.dropLast() : text.utf8[...])
      .split(separator: dot, omittingEmptySubsequences: false)
    try self.init(labels: text == "." ? [] : parts.map(Array.init))
  }
}

/// Why something is not a domain name; told after "cannot be `…`: ".
public enum DomainNameError: Error, Equatable, Sendable {
  case emptyLabel
  case longLabel(Int)
  case long(Int)
  case oddCharacter(Unicode.Scalar)
}

extension DomainNameError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptyLabel:
      "a part of the name is empty"
    case .longLabel(let count):
      "a part of a name has at most \(DomainName.longestLabel) bytes, and one here has \(count)"
    case .long(let count):
      "a name takes at most \(DomainName.longest) bytes in a packet, and this one takes \(count)"
    case .oddCharacter(let odd) where odd.isASCII:
      "no name has the character U+00\(odd.value < 16 ? "0" : "")"
        + String(odd.value, radix: 16, uppercase: true)
    case .oddCharacter:
      "servers know it by its ASCII form; write that (`xn--…`)"
    }
  }
}

extension Unicode.Scalar {
  /// Printable, and not the start of an escape.
  fileprivate var isPlainInName: Bool { ("!"..."~").contains(self) && self != "\\" }
}

extension UInt8 {
  fileprivate var lowercasedASCII: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }

  fileprivate var inName: String {
    let scalar = Unicode.Scalar(self)
    guard scalar.isPlainInName, scalar != "." else {
      return "\\" + String(repeating: "0", count: 3 - String(self).count) + String(self)
    }
    return String(scalar)
  }
}
