import Config

/// A YAML tree that knows which file each part is of, and can take in another one's as netplan
/// does: mappings are merged, lists grow, and of anything else the last counts (netplan-yaml).
struct NetplanNode: Sendable {
  enum Content: Sendable {
    case null
    case scalar(String)
    case list([NetplanNode])
    case mapping([Entry])  // each key once
  }

  struct Entry: Sendable {
    let key: String
    let place: SourcePlace
    var again: [SourcePlace] = []  // where a later file says more of it
    var value: NetplanNode

    var places: [SourcePlace] { [place] + again }
  }

  var content: Content
  let place: SourcePlace

  init(_ content: Content, at place: SourcePlace) {
    self.content = content
    self.place = place
  }

  /// - Parameter replaced: is told of what a later statement says anew.
  init(
    _ node: ConfigNode, in file: String,
    _ replaced: (_ earlier: SourcePlace, _ later: SourcePlace) -> Void
  ) {
    place = SourcePlace(file: file, line: node.position.line)
    switch node.content {
    case .null: content = .null
    case .scalar(let text, _): content = .scalar(text)
    case .sequence(let elements):
      content = .list(elements.map { NetplanNode($0, in: file, replaced) })
    case .mapping(let entries):
      var merged = NetplanNode(.mapping([]), at: place)
      merged.merge(
        entries.map { entry in
          Entry(
            key: entry.key, place: SourcePlace(file: file, line: entry.position.line),
            value: NetplanNode(entry.value, in: file, replaced))
        }, replaced)
      content = merged.content
    }
  }

  mutating func merge(
    _ other: NetplanNode, _ replaced: (_ earlier: SourcePlace, _ later: SourcePlace) -> Void
  ) {
    switch (content, other.content) {
    case (.mapping, .mapping(let entries)):
      merge(entries, replaced)
    case (.list(let own), .list(let more)):
      content = .list(own + more)
    case (.null, _), (.scalar, _), (.list, _), (.mapping, _):
      for place in places { replaced(place, other.place) }
      self = other
    }
  }

  private mutating func merge(
    _ entries: [Entry], _ replaced: (_ earlier: SourcePlace, _ later: SourcePlace) -> Void
  ) {
    guard case .mapping(var own) = content else { return }
    var indices = Dictionary(
      own.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in entries {
      if let index = indices[entry.key] {
        own[index].again += entry.places
        own[index].value.merge(entry.value, replaced)
      } else {
        indices[entry.key] = own.count
        own.append(entry)
      }
    }
    content = .mapping(own)
  }
}

extension NetplanNode {
  /// Of it and all that is in it.
  var places: [SourcePlace] {
    switch content {
    case .null, .scalar: [place]
    case .list(let elements): [place] + elements.flatMap(\.places)
    case .mapping(let entries): [place] + entries.flatMap { $0.places + $0.value.places }
    }
  }

  var entries: [Entry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }

  subscript(_ key: String) -> NetplanNode? { entries.first { $0.key == key }?.value }

  var text: String? {
    if case .scalar(let text) = content { text } else { nil }
  }

  /// A list's elements; what stands alone is a list of one.
  var elements: [NetplanNode] {
    switch content {
    case .null: []
    case .list(let elements): elements
    case .scalar, .mapping: [self]
    }
  }

  var isOn: Bool { text.flatMap { LinuxWords.isOn($0) } ?? false }
}
