import CYAML
import Config

/// libyaml's events over one text. Every pointer of this module is in this file: the parser
/// and the copy of the text it reads live exactly as long as this value.
struct YAMLEvents: ~Copyable {
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// - Parameter bytes: UTF-8 without a byte order mark.
  init(_ bytes: ArraySlice<UInt8>) {
    text = .allocate(capacity: bytes.count)
    _ = text.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    // It fails for want of memory only, as any allocation of Swift's own would.
    precondition(yaml_parser_initialize(parser) == 1, "no memory for a YAML parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  /// The next event; after an error or the end of the stream there is none to ask for.
  mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLSyntaxError(parser.pointee) }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(event)
  }
}

/// Where libyaml stopped, and why in its own words.
struct YAMLSyntaxError: Error {
  let reason: String
  let position: ConfigPosition
  let context: String?  // `while parsing a flow sequence`
  let contextPosition: ConfigPosition

  fileprivate init(_ parser: yaml_parser_t) {
    reason = String(cString: parser.problem) ?? "it cannot be read"
    position = ConfigPosition(parser.problem_mark)
    context = String(cString: parser.context)
    contextPosition = ConfigPosition(parser.context_mark)
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    position = ConfigPosition(event.start_mark)
    let data = event.data
    switch event.type {
    case YAML_STREAM_START_EVENT: (kind, properties) = (.streamStart, Properties())
    case YAML_DOCUMENT_START_EVENT: (kind, properties) = (.documentStart, Properties())
    case YAML_DOCUMENT_END_EVENT: (kind, properties) = (.documentEnd, Properties())
    case YAML_SEQUENCE_END_EVENT: (kind, properties) = (.sequenceEnd, Properties())
    case YAML_MAPPING_END_EVENT: (kind, properties) = (.mappingEnd, Properties())
    case YAML_ALIAS_EVENT:
      (kind, properties) = (.alias(String(yaml: data.alias.anchor) ?? ""), Properties())
    case YAML_SEQUENCE_START_EVENT:
      let start = data.sequence_start
      (kind, properties) = (.sequenceStart, Properties(anchor: start.anchor, tag: start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = data.mapping_start
      (kind, properties) = (.mappingStart, Properties(anchor: start.anchor, tag: start.tag))
    case YAML_SCALAR_EVENT:
      let scalar = data.scalar
      let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      kind = .scalar(
        String(decoding: text, as: UTF8.self),
        wasQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE)
      properties = Properties(anchor: scalar.anchor, tag: scalar.tag)
    default: (kind, properties) = (.streamEnd, Properties())
    }
  }
}

extension YAMLEvent.Properties {
  fileprivate init(anchor: UnsafePointer<yaml_char_t>?, tag: UnsafePointer<yaml_char_t>?) {
    self.init(anchor: String(yaml: anchor), tag: String(yaml: tag))
  }
}

extension ConfigPosition {
  /// libyaml counts from 0, in characters.
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line + 1, column: mark.column + 1)
  }
}

extension String {
  /// A string of libyaml's, which ends with a zero byte.
  fileprivate init?(yaml text: UnsafePointer<yaml_char_t>?) {
    guard let text else { return nil }
    self.init(cString: text)
  }

  fileprivate init?(cString text: UnsafePointer<CChar>?) {
    guard let text else { return nil }
    self.init(cString: text)
  }
}
