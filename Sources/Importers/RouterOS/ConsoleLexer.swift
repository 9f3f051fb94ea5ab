/// RouterOS' console language as words, as far as exports and typed commands need it. What computes
/// (variables, brackets, parentheses) is marked, not understood. It reads each byte a bounded number
/// of times and calls itself nowhere, whatever the bytes are.
struct ConsoleLexer {
  struct Word: Equatable {
    enum Kind: Equatable {
      case text
      case computed  // a variable or an expression takes part
      case bracket  // `[ find … ]`: its inside is the text
    }

    var key: String?  // of `key=value`
    var text: String
    var kind = Kind.text
  }

  enum Piece: Equatable {
    case statement([Word], SourcePlace)
    case open([Word], SourcePlace)  // `/ip route {`
    case close(SourcePlace)
  }

  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line: Int
  private var lineStart = 0
  private(set) var pieces: [Piece] = []
  private(set) var mistakes: [(place: SourcePlace, why: String)] = []
  // After one that never ends, the next ones must end on their line: nothing is searched twice.
  private var someQuoteNeverEnds = false
  private var someGroupNeverEnds = false

  /// - Parameter line: that of the first byte.
  init(_ bytes: [UInt8], file: String, line: Int = 1) {
    self.bytes = bytes
    self.file = file
    self.line = line
    while position < bytes.count { readStatement() }
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }
  private var place: SourcePlace {
    SourcePlace(file: file, line: line, column: position - lineStart + 1)
  }
}

// MARK: - Statements

extension ConsoleLexer {
  private mutating func readStatement() {
    var words: [Word] = []
    var start = place
    while let byte {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
      case _ where byte.endsLine:
        skipLineEnd()
        return finish(words, start)
      case UInt8(ascii: ";"):
        if bytes[position...].starts(with: [byte, byte, byte]) {
          mistakes.append((place, "this is what `print` shows; take what `export` writes"))
          return skipLine()
        }
        position += 1
        return finish(words, start)
      case UInt8(ascii: "#"):
        skipLine()
        return finish(words, start)
      case UInt8(ascii: "{"):
        pieces.append(.open(words, words.isEmpty ? place : start))
        position += 1
        return
      case UInt8(ascii: "}"):
        finish(words, start)
        pieces.append(.close(place))
        position += 1
        return
      case UInt8(ascii: "\\") where isContinuation: skipContinuation()
      default:
        if words.isEmpty { start = place }
        words.append(word())
      }
    }
    finish(words, start)
  }

  private mutating func finish(_ words: [Word], _ start: SourcePlace) {
    if !words.isEmpty { pieces.append(.statement(words, start)) }
  }

  /// Up to the line's end, which ends the statement.
  private mutating func skipLine() {
    while let byte, !byte.endsLine { position += 1 }
  }

  private mutating func skipLineEnd() {
    let isPair =
      bytes[position] == UInt8(ascii: "\r") && position + 1 < bytes.count
      && bytes[position + 1] == UInt8(ascii: "\n")
    position += isPair ? 2 : 1
    line += 1
    lineStart = position
  }

  private var isContinuation: Bool {
    byte == UInt8(ascii: "\\") && position + 1 < bytes.count && bytes[position + 1].endsLine
  }

  /// The backslash, the line's end and the next line's indent stand for nothing.
  private mutating func skipContinuation() {
    position += 1
    skipLineEnd()
    while let byte, byte.isBlank { position += 1 }
  }
}

// MARK: - Words

extension ConsoleLexer {
  private mutating func word() -> Word {
    var word = Word(text: "")
    var text: [UInt8] = []
    var isQuoted = false
    reading: while let byte {
      switch byte {
      case UInt8(ascii: ";"), UInt8(ascii: "}"): break reading
      case _ where byte.isBlank: break reading
      case _ where byte.endsLine: break reading
      case UInt8(ascii: "\\") where isContinuation: skipContinuation()
      case UInt8(ascii: "\\"): escape(into: &text)
      case UInt8(ascii: "\""):
        isQuoted = true
        if quote(into: &text) { word.kind = .computed }
      case UInt8(ascii: "=") where word.key == nil && !text.isEmpty && !isQuoted:
        word.key = String(decoding: text, as: UTF8.self)
        text = []
        position += 1
      case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"):
        // Only at the start of a word or of a value; `{` after a word opens a block.
        guard text.isEmpty else {
          if byte == UInt8(ascii: "{") { break reading }
          fallthrough
        }
        text = group()
        word.kind = byte == UInt8(ascii: "[") ? .bracket : .computed
      default:
        if byte == UInt8(ascii: "$") { word.kind = .computed }
        text.append(byte)
        position += 1
      }
    }
    word.text = String(decoding: text, as: UTF8.self)
    return word
  }

  /// What stands in quotes. - Returns: whether a variable takes part.
  private mutating func quote(into text: inout [UInt8]) -> Bool {
    let start = (position, line, lineStart, text.count)
    var isComputed = false
    position += 1
    while let byte {
      if byte == UInt8(ascii: "\"") {
        position += 1
        return isComputed
      } else if isContinuation {
        skipContinuation()
      } else if byte == UInt8(ascii: "\\") {
        escape(into: &text)
      } else if byte.endsLine {
        if someQuoteNeverEnds { break }
        text.append(UInt8(ascii: "\n"))
        skipLineEnd()
      } else {
        if byte == UInt8(ascii: "$") { isComputed = true }
        text.append(byte)
        position += 1
      }
    }
    // It is taken to end with its line, so that what follows is read.
    someQuoteNeverEnds = true
    (position, line, lineStart) = (start.0, start.1, start.2)
    text.removeLast(text.count - start.3)
    mistakes.append((place, "a quote is not closed; the rest of the line is not read"))
    skipLine()
    return true
  }

  /// `\"`, `\n`, `\_` (a space), `\C3` …
  private mutating func escape(into text: inout [UInt8]) {
    position += 1
    guard let byte else { return text.append(UInt8(ascii: "\\")) }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "_"): text.append(UInt8(ascii: " "))
    default:
      guard let high = byte.upperHex, let low = self.byte?.upperHex else {
        return text.append(byte)
      }
      position += 1
      text.append(high << 4 | low)
    }
  }

  /// All between a bracket and the one that closes it. - Returns: the bytes between them.
  private mutating func group() -> [UInt8] {
    let start = (position, line, lineStart)
    var depth = 0
    while let byte {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"):
        depth += 1
        position += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"):
        depth -= 1
        position += 1
        if depth == 0 { return Array(bytes[(start.0 + 1)..<(position - 1)]) }
      case UInt8(ascii: "\""):
        var ignored: [UInt8] = []
        _ = quote(into: &ignored)
      case UInt8(ascii: "\\") where !isContinuation:
        position = min(position + 2, bytes.count)
      case _ where byte.endsLine:
        if someGroupNeverEnds { return leaveGroup(start) }
        skipLineEnd()
      default:
        position += 1
      }
    }
    return leaveGroup(start)
  }

  private mutating func leaveGroup(_ start: (Int, Int, Int)) -> [UInt8] {
    someGroupNeverEnds = true
    (position, line, lineStart) = start
    mistakes.append((place, "a bracket is not closed; the rest of the line is not read"))
    skipLine()
    return []
  }
}

extension UInt8 {
  fileprivate var endsLine: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  fileprivate var upperHex: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
