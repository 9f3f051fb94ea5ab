/// A pattern for names, as the shell has it: `*`, `?`, `[a-z]`, `[!x]` and `\` (glob(7)).
struct Glob {
  fileprivate enum Piece {
    case any, one
    case character(Character)
    case set([ClosedRange<Character>], isNegated: Bool)
  }

  private let pieces: [Piece]

  init(_ text: String) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "*": pieces.append(.any)
      case "?": pieces.append(.one)
      case "\\": pieces.append(.character(rest.popFirst() ?? "\\"))
      case "[": pieces.append(Self.set(&rest) ?? .character("["))
      default: pieces.append(.character(character))
      }
    }
    self.pieces = pieces
  }

  /// Whether it names one thing only.
  var isLiteral: Bool {
    pieces.allSatisfy { if case .character = $0 { true } else { false } }
  }

  /// In steps of at most the product of both lengths: after a mismatch the last `*` takes one more.
  func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (piece, place) = (0, 0)
    var retry: (piece: Int, place: Int)?
    while place < name.count {
      if piece < pieces.count, case .any = pieces[piece] {
        retry = (piece, place)
        piece += 1
      } else if piece < pieces.count, pieces[piece].fits(name[place]) {
        piece += 1
        place += 1
      } else if let last = retry {
        retry = (last.piece, last.place + 1)
        (piece, place) = (last.piece + 1, last.place + 1)
      } else {
        return false
      }
    }
    return pieces[piece...].allSatisfy { if case .any = $0 { true } else { false } }
  }

  /// nil: the bracket is not closed, and stands for itself.
  private static func set(_ rest: inout Substring) -> Piece? {
    guard let end = rest.dropFirst().firstIndex(of: "]") else { return nil }
    var inner = rest[..<end]
    rest = rest[rest.index(after: end)...]
    let isNegated = inner.first == "!" || inner.first == "^"
    if isNegated { inner = inner.dropFirst() }
    var ranges: [ClosedRange<Character>] = []
    while let low = inner.popFirst() {
      if inner.first == "-", let high = inner.dropFirst().first {
        inner = inner.dropFirst(2)
        if low <= high { ranges.append(low...high) }
      } else {
        ranges.append(low...low)
      }
    }
    return .set(ranges, isNegated: isNegated)
  }
}

extension Glob.Piece {
  fileprivate func fits(_ character: Character) -> Bool {
    switch self {
    case .any, .one: true
    case .character(let own): own == character
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
    }
  }
}
