import Config

/// A step through a YAML text, with its place.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd
    case documentStart, documentEnd
    case alias(String)
    case scalar(String, wasQuoted: Bool)
    case sequenceStart, sequenceEnd
    case mappingStart, mappingEnd
  }

  /// What YAML can hang on a node to make it mean something else.
  struct Properties {
    var anchor: String?
    var tag: String?
  }

  let kind: Kind
  let properties: Properties
  let position: ConfigPosition
}
