/// Any JSON, for what another program prints.
indirect enum JSONValue: Decodable {
  case null
  case truth(Bool)
  case number(Int)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let object = try? single.decode([String: JSONValue].self) {
      self = .object(object)
    } else if let list = try? single.decode([JSONValue].self) {
      self = .list(list)
    } else if let text = try? single.decode(String.self) {
      self = .text(text)
    } else if let truth = try? single.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? single.decode(Int.self) {
      self = .number(number)
    } else {
      self = .null
    }
  }

  subscript(key: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var number: Int? {
    guard case .number(let number) = self else { return nil }
    return number
  }

  var bits: UInt32? { number.flatMap { UInt32(exactly: $0) } }

  var list: [JSONValue]? {
    guard case .list(let list) = self else { return nil }
    return list
  }

  /// All words in it: of a word, a list or a set.
  var words: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let list): list.flatMap(\.words)
    case .object(let object): object["set"]?.words ?? []
    case .null, .truth, .number: []
    }
  }
}
