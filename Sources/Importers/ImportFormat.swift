import Config

/// Whose files can be read.
public enum ImportFormat: String, CaseIterable, Sendable {
  case mwan3, networkd, netplan, routeros

  /// Reads a file as YAML, which only netplan's are.
  public typealias YAMLReader = (SourceFile) -> Result<ConfigNode, ConfigProblems>

  /// - Returns: always something; where nothing of use came out, its `text` is nil.
  public func imported(
    _ files: [SourceFile],
    yaml: YAMLReader = { _ in .failure(ConfigProblems("nobody here reads YAML", at: .start)) }
  ) throws(ImportFailure) -> Imported {
    if let other = files.lazy.compactMap({ Self.dialect(of: $0) }).first, other != self {
      throw ImportFailure(
        "this looks like a file of \(other.description), not of \(description); try "
          + "`siaga import \(other.rawValue)`")
    }
    switch self {
    case .mwan3:
      let importer = MWAN3(files)
      return Imported(importer.intent, importer.report)
    case .networkd:
      let importer = Networkd(files)
      return Imported(importer.intent, importer.report)
    case .netplan:
      let importer = Netplan(files, yaml)
      return Imported(importer.intent, importer.report)
    case .routeros:
      let importer = RouterOS(files)
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
    if lines.contains(where: { ["[Match]", "[NetDev]", "[Network]"].contains($0) }) {
      return .networkd
    }
    if file.lines.prefix(2_000).contains(where: { $0.hasPrefix("network:") }) { return .netplan }
    return RouterOS.wrote(file) ? .routeros : nil
  }
}

extension ImportFormat: CustomStringConvertible {
  public var description: String {
    switch self {
    case .mwan3: "OpenWrt's UCI (mwan3)"
    case .networkd: "systemd-networkd"
    case .netplan: "netplan"
    case .routeros: "RouterOS"
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
