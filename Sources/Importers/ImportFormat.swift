import Config

/// Whose files can be read.
public enum ImportFormat: String, CaseIterable, Sendable {
  case mwan3

  /// - Returns: always something; where nothing of use came out, its `text` is nil.
  public func imported(_ files: [SourceFile]) throws(ImportFailure) -> Imported {
    if let other = files.lazy.compactMap({ Self.dialect(of: $0) }).first, other != self {
      throw ImportFailure(
        "this looks like a file of \(other.description), not of \(description); try "
          + "`siaga import \(other.rawValue)`")
    }
    switch self {
    case .mwan3:
      let importer = MWAN3(files)
      return Imported(importer.intent, importer.report)
    }
  }

  /// Whose file it looks like; nil: it might be anybody's.
  static func dialect(of file: SourceFile) -> ImportFormat? {
    let lines = file.lines.prefix(2_000).map { $0.trimming { $0.isWhitespace } }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    if lines.contains(where: { $0.hasPrefix("config ") }),
      lines.contains(where: { $0.hasPrefix("option ") || $0.hasPrefix("list ") })
    {
      return .mwan3
    }
    return nil
  }
}

extension ImportFormat: CustomStringConvertible {
  public var description: String {
    switch self {
    case .mwan3: "OpenWrt's UCI (mwan3)"
    }
  }
}

/// Why nothing could be read at all.
public struct ImportFailure: Error, Equatable, Sendable {
  public let sentence: String

  init(_ sentence: String) {
    self.sentence = sentence
  }
}

extension String {
  func trimming(while isOutside: (Character) -> Bool) -> Substring {
    let start = drop(while: isOutside)
    return start.lastIndex { !isOutside($0) }.map { start[...$0] } ?? start.prefix(0)
  }
}
