import Config

/// Reads the text of a config: a valid configuration, or all that is wrong with it.
public func readConfiguration(_ bytes: [UInt8]) throws(ConfigProblems) -> Configuration {
  try Configuration.read(ConfigNode(yaml: bytes))
}

/// The same, with what is valid and yet probably not meant.
public func readConfigurationAndWarnings(_ bytes: [UInt8]) throws(ConfigProblems) -> ConfigReading {
  try Configuration.reading(ConfigNode(yaml: bytes))
}

extension ConfigNode {
  /// The tree of a YAML text. It is strict where YAML is rich: one document, no aliases, no
  /// tags, so that what stands in a line is what the line means.
  public init(yaml bytes: [UInt8]) throws(ConfigProblems) {
    let source = try SourceText(bytes)
    var builder = TreeBuilder(source)
    self = try builder.build()
  }

  public init(yaml text: String) throws(ConfigProblems) {
    try self.init(yaml: Array(text.utf8))
  }
}
